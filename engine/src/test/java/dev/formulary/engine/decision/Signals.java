package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Baseline;
import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.facts.Samples;
import dev.formulary.engine.facts.Signal;
import java.time.Instant;

/// Signals for tests, each as of noon.
final class Signals {
    static final Instant NOON = Instant.parse("2026-05-01T12:00:00Z");

    private Signals() {}

    /// One that was measured every five seconds, the last time at noon.
    static Signal of(Metric metric, String resource, double... values) {
        return new Signal(metric, resource, NOON, samples(values), null, null);
    }

    static Signal usually(Metric metric, String resource, double median, double spread, double... values) {
        return new Signal(metric, resource, NOON, samples(values), new Baseline(median, spread, 500, 1), null);
    }

    private static Samples samples(double... values) {
        long[] times = new long[values.length];
        for (int i = 0; i < values.length; i++) {
            times[i] = NOON.toEpochMilli() - 5_000L * (values.length - 1 - i);
        }
        return new Samples(times, values);
    }
}
