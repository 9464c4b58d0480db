package dev.formulary.engine.vitals;

import dev.formulary.engine.facts.Samples;
import java.util.Arrays;

/// Medians of five minutes each, of the last seven days, in four bytes each; where nothing was measured there is none. Not
/// thread-safe.
final class PastMedians {
    /// Milliseconds.
    static final long STEP = 300_000;
    /// Of seven days.
    static final int MOST = 2_016;
    private static final int FIRST = 16;

    private float[] values = new float[0];
    private long oldest;
    private long newest = -1;

    /// Notes one that is newer than all before; others are left out.
    ///
    /// @param number which five minutes since the epoch
    void put(long number, double value) {
        if (Double.isNaN(value) || number <= newest) {
            return;
        }
        if (newest < 0) {
            oldest = number;
        }
        long kept = Math.max(oldest, number - MOST + 1);
        if (number - kept + 1 > values.length) {
            grow((int) (number - kept + 1), kept);
        }
        oldest = kept;
        for (long gap = Math.max(newest + 1, kept); newest >= 0 && gap < number; gap++) {
            values[index(gap)] = Float.NaN;
        }
        values[index(number)] = (float) value;
        newest = number;
    }

    /// How much memory they take.
    long bytes() {
        return (long) values.length * Float.BYTES;
    }

    private void grow(int needed, long kept) {
        int length = Math.clamp(2L * values.length, Math.max(FIRST, needed), MOST);
        float[] more = new float[length];
        Arrays.fill(more, Float.NaN);
        for (long each = kept; each <= newest; each++) {
            more[(int) (each % length)] = values[index(each)];
        }
        values = more;
    }

    private int index(long number) {
        return (int) (number % values.length);
    }

    /// Those of spans that begin then or later, and end before the other time or with it; each at the middle of its span.
    Samples between(long from, long end) {
        if (newest < 0) {
            return Samples.NONE;
        }
        long first = Math.max(oldest, Math.ceilDiv(from, STEP));
        long last = Math.min(newest, Math.floorDiv(end, STEP) - 1);
        int most = (int) Math.max(0, last - first + 1);
        long[] at = new long[most];
        double[] all = new double[most];
        int count = 0;
        for (long each = first; each <= last; each++) {
            float value = values[index(each)];
            if (!Float.isNaN(value)) {
                at[count] = each * STEP + STEP / 2;
                all[count++] = RecentValues.digits(value);
            }
        }
        return new Samples(Arrays.copyOf(at, count), Arrays.copyOf(all, count));
    }
}
