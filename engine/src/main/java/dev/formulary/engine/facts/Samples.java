package dev.formulary.engine.facts;

import java.util.Arrays;

/// What was measured, oldest first. Unknown values are left out, so a gap is a gap. Immutable.
public final class Samples {
    /// Nothing was measured.
    public static final Samples NONE = new Samples(new long[0], new double[0]);

    private final long[] times;
    private final double[] values;

    /// @param times milliseconds of the epoch, strictly rising
    /// @param values as many, finite
    /// @throws IllegalArgumentException when they are not so
    public Samples(long[] times, double[] values) {
        if (times.length != values.length) {
            throw new IllegalArgumentException(
                    "as many values as times, not " + values.length + " and " + times.length);
        }
        for (int i = 0; i < times.length; i++) {
            if ((i > 0 && times[i] <= times[i - 1]) || !Double.isFinite(values[i])) {
                throw new IllegalArgumentException("sample " + i + " is out of order, or no number");
            }
        }
        this.times = times.clone();
        this.values = values.clone();
    }

    /// How many there are.
    public int size() {
        return times.length;
    }

    /// When one was taken, in milliseconds of the epoch.
    public long time(int index) {
        return times[index];
    }

    /// What one was.
    public double value(int index) {
        return values[index];
    }

    /// A copy of all values, oldest first.
    public double[] values() {
        return values.clone();
    }

    /// A copy of all times, oldest first.
    public long[] times() {
        return times.clone();
    }

    /// The index of the first that is not older than a time; [#size] where all are.
    public int from(long time) {
        int found = Arrays.binarySearch(times, time);
        return found >= 0 ? found : -found - 1;
    }
}
