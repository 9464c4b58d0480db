package dev.formulary.engine.vitals;

import dev.formulary.engine.facts.Host;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import oshi.hardware.CentralProcessor;
import oshi.hardware.GlobalMemory;
import oshi.nativefree.SystemInfo;
import oshi.software.os.CgroupInfo;

/// Measures by OSHI, without native code. OSHI's processor and memory are those of the machine, so the limits of the
/// container are asked for as well.
final class OshiProbe implements HostProbe {
    private final CentralProcessor processor;
    private final GlobalMemory memory;
    private final CgroupInfo limits;
    private final Cgroup cgroup;
    private final Path data;
    private final GpuProbe gpus;
    private long[] ticks;
    private long cgroupNanos;
    private long readAt;

    OshiProbe(Path data) throws IOException {
        SystemInfo system = new SystemInfo();
        if (!system.isAvailable()) {
            throw new IOException("this system can't be measured without native code");
        }
        this.data = data;
        gpus = new GpuProbe(List.of(new NvidiaCards("nvidia-smi"), new AmdCards(AmdCards.LINUX),
                AppleCards.of(system.getHardware())), System::nanoTime);
        processor = system.getHardware().getProcessor();
        memory = system.getHardware().getMemory();
        limits = system.getOperatingSystem().getCgroupInfo();
        cgroup = Cgroup.ofThisProcess();
        ticks = processor.getSystemCpuLoadTicks();
        cgroupNanos = limits.getCpuUsage();
        readAt = System.nanoTime();
    }

    @Override
    public Host read() {
        long limit = memoryLimit();
        long free = Load.free(memory.getAvailable(), workingSet(), limit);
        return new Host(cpu(), Load.memory(free, memory.getTotal(), limit), free, disk(),
                Runtime.getRuntime().availableProcessors(), gpus.cards());
    }

    private double cpu() {
        long[] ticksBefore = ticks;
        long nanosBefore = cgroupNanos;
        long readBefore = readAt;
        ticks = processor.getSystemCpuLoadTicks();
        cgroupNanos = limits.getCpuUsage();
        readAt = System.nanoTime();
        if (LongStream.of(ticks).sum() == LongStream.of(ticksBefore).sum()) {
            return -1;
        }
        long used = nanosBefore < 0 || cgroupNanos < 0 ? -1 : cgroupNanos - nanosBefore;
        return Load.cpu(processor.getSystemCpuLoadBetweenTicks(ticksBefore, ticks), used, readAt - readBefore, quota());
    }

    /// How many processors the container may use; 0 for no limit.
    private double quota() {
        long quota = limits.getCpuQuota();
        long period = limits.getCpuPeriod();
        return quota <= 0 || period <= 0 ? 0 : (double) quota / period;
    }

    private long memoryLimit() {
        long limit = limits.getMemoryLimit();
        return limit == CgroupInfo.UNLIMITED_MEMORY ? 0 : limit;
    }

    private long workingSet() {
        long used = limits.getMemoryUsage();
        return used < 0 ? used : used - Math.min(used, cgroup.reclaimable());
    }

    private double disk() {
        try {
            FileStore store = Files.getFileStore(data);
            return Load.share(store.getTotalSpace() - store.getUsableSpace(), store.getTotalSpace());
        } catch (IOException e) {
            return -1;
        }
    }
}
