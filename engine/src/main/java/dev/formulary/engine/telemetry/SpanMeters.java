package dev.formulary.engine.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.IntSupplier;

/// Counts spans by what became of them. Thread-safe.
public final class SpanMeters {
    private final MeterRegistry registry;
    private final Counter delivered;
    private final Counter failed;
    private final Counter dropped;

    SpanMeters(MeterRegistry registry) {
        this.registry = registry;
        delivered = counter("delivered");
        failed = counter("failed");
        dropped = counter("dropped");
    }

    private Counter counter(String result) {
        return Counter.builder(Names.SPANS).description("Spans by what became of them").tag(Names.RESULT, result)
                .register(registry);
    }

    /// The collector has taken so many.
    void delivered(int count) {
        delivered.increment(count);
    }

    /// The collector has not taken so many, and they are not tried any more.
    void failed(int count) {
        failed.increment(count);
    }

    /// There was no room for one.
    void dropped() {
        dropped.increment();
    }

    /// Shows how many wait. Call it once.
    void waiting(IntSupplier count) {
        Gauge.builder(Names.SPANS_WAITING, count::getAsInt).description("Spans that wait for the collector")
                .strongReference(true).register(registry);
    }

    /// How many have ended that way.
    ///
    /// @param result `delivered`, `failed` or `dropped`
    public long count(String result) {
        return (long) (switch (result) {
            case "delivered" -> delivered;
            case "failed" -> failed;
            default -> dropped;
        }).count();
    }
}
