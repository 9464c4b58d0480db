package dev.formulary.engine.vitals;

import dev.formulary.engine.facts.Host;
import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.facts.Reading;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import oshi.hardware.CentralProcessor;
import oshi.hardware.GlobalMemory;
import oshi.hardware.HardwareAbstractionLayer;
import oshi.hardware.VirtualMemory;

/// Processor, memory, swap space and disk. OSHI's processor and memory are those of the machine, so the limits of the container
/// are asked for as well.
final class LoadSensor implements Sensor {
    private final Duration every;
    private volatile Host last = Host.UNKNOWN;
    private @Nullable Before before;

    /// @param ticks of all processors
    /// @param container processor time that the container used, in nanoseconds; -1 when unknown
    private record Before(CentralProcessor processor, GlobalMemory memory, Cgroup cgroup, Path data, long[] ticks,
            long container, long at) {
        static Before now(CentralProcessor processor, GlobalMemory memory, Cgroup cgroup, Path data) {
            return new Before(processor, memory, cgroup, data, processor.getSystemCpuLoadTicks(), cgroup.cpuNanos(),
                    System.nanoTime());
        }
    }

    LoadSensor(Duration every) {
        this.every = every;
    }

    void begin(HardwareAbstractionLayer hardware, Cgroup cgroup, Path data) {
        before = Before.now(hardware.getProcessor(), hardware.getMemory(), cgroup, data);
    }

    @Override
    public String name() {
        return "load";
    }

    @Override
    public Duration every() {
        return every;
    }

    /// What was measured last.
    Host last() {
        return last;
    }

    @Override
    public List<Reading> read() {
        Before then = before;
        if (then == null) {
            return List.of();
        }
        Before now = Before.now(then.processor, then.memory, then.cgroup, then.data);
        before = now;
        Cgroup.Room room = now.cgroup.memory();
        long free = Load.free(now.memory.getAvailable(), room.used(), room.limit());
        var host = new Host(cpu(then, now), Load.memory(free, now.memory.getTotal(), room.limit()), free,
                disk(now.data), Runtime.getRuntime().availableProcessors());
        last = host;
        return List.of(new Reading(Metric.HOST_CPU, host.cpu()), new Reading(Metric.HOST_MEMORY, host.memory()),
                new Reading(Metric.HOST_DISK, host.disk()), new Reading(Metric.HOST_SWAP, swap(now.memory)));
    }

    private static double cpu(Before then, Before now) {
        if (LongStream.of(now.ticks).sum() == LongStream.of(then.ticks).sum()) {
            return -1;
        }
        long used = then.container < 0 || now.container < 0 ? -1 : now.container - then.container;
        return Load.cpu(now.processor.getSystemCpuLoadBetweenTicks(then.ticks, now.ticks), used, now.at - then.at,
                now.cgroup.cpuQuota());
    }

    /// Unknown where there is none.
    private static double swap(GlobalMemory memory) {
        VirtualMemory swap = memory.getVirtualMemory();
        return Load.share(swap.getSwapUsed(), swap.getSwapTotal());
    }

    private static double disk(Path data) {
        try {
            FileStore store = Files.getFileStore(data);
            return Load.share(store.getTotalSpace() - store.getUsableSpace(), store.getTotalSpace());
        } catch (IOException e) {
            return -1;
        }
    }
}
