package dev.formulary.engine.vitals;

import dev.formulary.engine.facts.Gpu;
import dev.formulary.engine.facts.Host;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import oshi.hardware.HardwareAbstractionLayer;
import oshi.nativefree.SystemInfo;

/// The sensors that there are on this machine, found by OSHI without native code.
final class HostSensors implements HostWatch.Machine {
    private final LoadSensor load;
    private final Path data;
    private volatile GpuSensor cards = new GpuSensor(List.of());

    HostSensors(Duration every, Path data) {
        this.data = data;
        load = new LoadSensor(every);
    }

    List<Sensor> start() throws IOException {
        SystemInfo system = new SystemInfo();
        if (!system.isAvailable()) {
            throw new IOException("this system can't be measured without native code");
        }
        HardwareAbstractionLayer hardware = system.getHardware();
        load.begin(hardware, Cgroup.ofThisProcess(), data);
        cards = new GpuSensor(List.of(new NvidiaCards("nvidia-smi"), new AmdCards(AmdCards.LINUX),
                AppleCards.of(hardware)));
        return List.of(load, cards, NetworkSensor.of(hardware), DiskSensor.of(hardware),
                new ClimateSensor(hardware.getSensors()), new GatewaySensor(system.getOperatingSystem()));
    }

    @Override
    public Host host() {
        Host host = load.last();
        List<Gpu> gpus = cards.last();
        return gpus.isEmpty()
                ? host
                : new Host(host.cpu(), host.memory(), host.memoryFree(), host.disk(), host.cores(), gpus);
    }

    @Override
    public Sensor measured() {
        return load;
    }
}
