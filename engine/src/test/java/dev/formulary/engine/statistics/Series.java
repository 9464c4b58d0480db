package dev.formulary.engine.statistics;

import dev.formulary.engine.facts.Samples;
import java.util.function.DoubleUnaryOperator;

/// Makes samples for tests, one a minute.
final class Series {
    static final long START = 1_795_996_800_000L;
    private static final long MINUTE = 60_000;

    private Series() {}

    static Samples of(double... values) {
        long[] times = new long[values.length];
        for (int i = 0; i < times.length; i++) {
            times[i] = START + i * MINUTE;
        }
        return new Samples(times, values);
    }

    /// @param minutes gives the value at each minute
    static Samples of(int count, DoubleUnaryOperator minutes) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = minutes.applyAsDouble(i);
        }
        return of(values);
    }

    static Samples map(Samples samples, DoubleUnaryOperator change) {
        double[] values = samples.values();
        for (int i = 0; i < values.length; i++) {
            values[i] = change.applyAsDouble(values[i]);
        }
        return new Samples(samples.times(), values);
    }
}
