package dev.formulary.engine.vitals;

import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.facts.Reading;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import oshi.software.os.OSProcess;
import oshi.software.os.OperatingSystem;

/// What the gateway itself takes.
final class GatewaySensor implements Sensor {
    private final OperatingSystem system;
    private final Throughput throughput = new Throughput();

    GatewaySensor(OperatingSystem system) {
        this.system = system;
    }

    @Override
    public String name() {
        return "gateway";
    }

    @Override
    public Duration every() {
        return Duration.ofSeconds(10);
    }

    @Override
    public List<Reading> read() {
        OSProcess own = system.getProcess(system.getProcessId());
        Reading heap = new Reading(Metric.GATEWAY_HEAP, heap());
        if (own == null) {
            return List.of(heap);
        }
        long millis = own.getKernelTime() + own.getUserTime();
        double cores = throughput.since(millis, 0, System.nanoTime()).getFirst();
        return List.of(heap, new Reading(Metric.GATEWAY_CPU, cores < 0 ? -1 : cores / 1_000),
                new Reading(Metric.GATEWAY_MEMORY, (double) own.getResidentMemory()));
    }

    /// What was in use after the last collection, as a share of the most that there can be; unknown before the first.
    private static double heap() {
        long used = 0;
        boolean collected = false;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            @Nullable
            MemoryUsage after = pool.getType() == MemoryType.HEAP ? pool.getCollectionUsage() : null;
            if (after != null) {
                used += after.getUsed();
                collected |= after.getUsed() > 0;
            }
        }
        return collected ? Load.share(used, Runtime.getRuntime().maxMemory()) : -1;
    }
}
