package dev.formulary.engine.vitals;

import dev.formulary.engine.facts.Samples;
import java.util.Arrays;

/// The latest values as they were measured, in 8 bytes each. Values keep seven digits. Not thread-safe.
final class RecentValues {
    private static final int FIRST = 16;

    private final int most;
    private final long span;
    private int[] times = new int[FIRST];
    private float[] values = new float[FIRST];
    private long base;
    private int start;
    private int size;

    /// @param most how many there can be; the oldest make room
    /// @param span how old they get, in milliseconds; the newest stays
    RecentValues(int most, long span) {
        this.most = Math.max(2, most);
        this.span = span;
    }

    int size() {
        return size;
    }

    /// How much memory the values take.
    long bytes() {
        return (long) times.length * (Integer.BYTES + Float.BYTES);
    }

    /// When the newest was measured; [Long#MIN_VALUE] when there is none.
    long newest() {
        return size == 0 ? Long.MIN_VALUE : time(size - 1);
    }

    /// @param at milliseconds of the epoch; what is not newer than the newest is left out
    void add(long at, double value) {
        if (size > 0 && at <= newest()) {
            return;
        }
        while (size > 1 && time(0) < at - span) {
            drop();
        }
        if (size == most) {
            drop();
        }
        makeRoom();
        int index = (start + size) % times.length;
        times[index] = offset(at);
        values[index] = (float) value;
        size++;
    }

    /// Leaves out what was measured then or later: the clock was set back.
    void forgetFrom(long at) {
        while (size > 0 && newest() >= at) {
            size--;
        }
    }

    private void drop() {
        start = (start + 1) % times.length;
        size--;
    }

    private void makeRoom() {
        if (size < times.length) {
            return;
        }
        int length = Math.min(most, 2 * size);
        int[] moreTimes = new int[length];
        float[] moreValues = new float[length];
        for (int i = 0; i < size; i++) {
            moreTimes[i] = times[(start + i) % size];
            moreValues[i] = values[(start + i) % size];
        }
        times = moreTimes;
        values = moreValues;
        start = 0;
    }

    private int offset(long at) {
        if (size == 0) {
            base = at;
        } else if (at - base > Integer.MAX_VALUE) {
            rebase(at);
        }
        return (int) (at - base);
    }

    /// Times count from the oldest. One that is weeks older than the newest is given up.
    private void rebase(long at) {
        while (size > 0 && at - time(0) > Integer.MAX_VALUE) {
            drop();
        }
        long to = size == 0 ? at : time(0);
        for (int i = 0; i < size; i++) {
            times[(start + i) % times.length] -= (int) (to - base);
        }
        base = to;
    }

    private long time(int index) {
        return base + times[(start + index) % times.length];
    }

    private double value(int index) {
        return digits(values[(start + index) % times.length]);
    }

    /// What was meant: 0.95, and not the nearest number that four bytes have.
    static double digits(float value) {
        double magnitude = Math.abs(value);
        double scale = magnitude >= 1_000_000 ? 1 : magnitude >= 1_000 ? 1e3 : magnitude >= 0.001 ? 1e6 : 1e10;
        return scale == 1 ? value : Math.rint(value * scale) / scale;
    }

    /// Those that are not older, but always the newest.
    Samples since(long from) {
        if (size == 0) {
            return Samples.NONE;
        }
        int first = Math.min(first(from), size - 1);
        long[] at = new long[size - first];
        double[] all = new double[size - first];
        for (int i = first; i < size; i++) {
            at[i - first] = time(i);
            all[i - first] = value(i);
        }
        return new Samples(at, all);
    }

    private int first(long from) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (time(middle) < from) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /// The median of what was measured from then on, and before the end; NaN when nothing was.
    double median(long from, long end) {
        int first = first(from);
        int last = first(end);
        double[] some = new double[last - first];
        for (int i = first; i < last; i++) {
            some[i - first] = value(i);
        }
        return median(some);
    }

    /// Medians of equal spans of time, each at the middle of its span; spans in which nothing was measured are left out.
    Samples medians(long from, long step) {
        long[] at = new long[size];
        double[] all = new double[size];
        int count = 0;
        int i = first(from);
        while (i < size) {
            long bucket = Math.floorDiv(time(i), step);
            double median = median(bucket * step, (bucket + 1) * step);
            at[count] = bucket * step + step / 2;
            all[count++] = median;
            i = first((bucket + 1) * step);
        }
        return new Samples(Arrays.copyOf(at, count), Arrays.copyOf(all, count));
    }

    /// NaN of nothing. Sorts what it is given.
    static double median(double[] values) {
        if (values.length == 0) {
            return Double.NaN;
        }
        Arrays.sort(values);
        int middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
