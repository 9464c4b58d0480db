package dev.formulary.engine.telemetry;

import dev.formulary.engine.facts.Host;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/// How busy the machine is. What is unknown is NaN.
final class HostMeters {
    private final MeterRegistry registry;
    private final Supplier<Host> host;

    HostMeters(MeterRegistry registry, Supplier<Host> host) {
        this.registry = registry;
        this.host = host;
        gauge(Names.HOST_CPU, "Share of the processors in use", Host::cpu);
        gauge(Names.HOST_MEMORY, "Share of the memory in use", Host::memory);
        gauge(Names.HOST_MEMORY_FREE, "Bytes of memory still to be had", now -> (double) now.memoryFree());
        gauge(Names.HOST_DISK, "Share of the data folder's disk in use", Host::disk);
        gauge(Names.HOST_GPU, "Share of its time that the busiest graphics card is in use", Host::gpu);
        gauge(Names.HOST_GPU_MEMORY, "Share of its memory in use of the fullest graphics card", Host::gpuMemory);
        gauge(Names.HOST_CORES, "Processors that may be used", Host::cores);
    }

    private void gauge(String name, String description, ToDoubleFunction<Host> value) {
        Gauge.builder(name, () -> known(value.applyAsDouble(host.get()))).description(description).register(registry);
    }

    private static double known(double value) {
        return value < 0 ? Double.NaN : value;
    }
}
