package dev.formulary.engine.statistics;

import dev.formulary.engine.facts.Metric;

/// The least difference of a metric that means anything to anybody. What moves by less is neither unusual nor a trend, however
/// sure it is.
public final class Resolution {
    /// Where nothing is known of the metric.
    static final double UNKNOWN = 1e-6;

    private Resolution() {}

    /// In the metric's unit, above 0.
    public static double of(Metric metric) {
        return switch (metric.unit()) {
            case "share" -> 0.01;
            case "°C", "calls/min", "calls", "s", "calls/h", "times" -> 1;
            case "cores" -> 0.05;
            case "rpm" -> 50;
            case "tokens/s" -> 0.5;
            case "ms" -> 5;
            case "0 or 1" -> 0.05;
            case "$/h" -> 0.01;
            case "bytes" -> 16 << 20;
            case "bytes/s" -> 64 << 10;
            default -> UNKNOWN;
        };
    }
}
