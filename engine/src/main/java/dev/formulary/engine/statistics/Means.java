package dev.formulary.engine.statistics;

import dev.formulary.engine.statistics.Difference.Interval;
import java.util.Arrays;
import java.util.Random;

/// Compares means where what is summed up is what counts, as with money: by drawing again from what was measured, so that nothing
/// need be known of how it is spread. The same numbers give the same result.
final class Means {
    private static final int DRAWS = 2_000;
    private static final int SEED = 1_979;
    private static final double TAIL = 0.025;

    private Means() {}

    static double mean(double[] values) {
        return Arrays.stream(values).sum() / values.length;
    }

    /// The mean of the second less that of the first, with its 95 % interval: the percentiles of Efron, Bootstrap Methods, 1979.
    static Interval difference(double[] a, double[] b) {
        var random = new Random(SEED);
        double[] drawn = new double[DRAWS];
        for (int i = 0; i < DRAWS; i++) {
            drawn[i] = drawn(b, random) - drawn(a, random);
        }
        return interval(mean(b) - mean(a), drawn);
    }

    private static double drawn(double[] values, Random random) {
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            sum += values[random.nextInt(values.length)];
        }
        return sum / values.length;
    }

    /// The sum of one column by the sum of another, with its 95 % interval, where rows belong together: an hour, or a day.
    static Interval ratio(double[] above, double[] below) {
        var random = new Random(SEED);
        double[] drawn = new double[DRAWS];
        for (int i = 0; i < DRAWS; i++) {
            double up = 0;
            double down = 0;
            for (int j = 0; j < above.length; j++) {
                int row = random.nextInt(above.length);
                up += above[row];
                down += below[row];
            }
            drawn[i] = down == 0 ? Arrays.stream(above).sum() / Arrays.stream(below).sum() : up / down;
        }
        return interval(Arrays.stream(above).sum() / Arrays.stream(below).sum(), drawn);
    }

    private static Interval interval(double middle, double[] drawn) {
        Arrays.sort(drawn);
        return new Interval(middle, drawn[(int) (TAIL * DRAWS)], drawn[(int) ((1 - TAIL) * DRAWS) - 1]);
    }

    /// How often means would lie as far apart if it were chance on which side a value is: Fisher's permutation test, by as many
    /// permutations as are drawn; Phipson and Smyth, Permutation P-values Should Never Be Zero, 2010.
    static double p(double[] a, double[] b) {
        var random = new Random(SEED);
        double[] all = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, all, a.length, b.length);
        double apart = Math.abs(mean(a) - mean(b)) * (1 - 1e-12);
        double sum = Arrays.stream(all).sum();
        int fewer = Math.min(a.length, b.length);
        int asFar = 0;
        for (int i = 0; i < DRAWS; i++) {
            double part = 0;
            for (int j = 0; j < fewer; j++) {
                int other = j + random.nextInt(all.length - j);
                double kept = all[j];
                all[j] = all[other];
                all[other] = kept;
                part += all[j];
            }
            double now = Math.abs(part / fewer - (sum - part) / (all.length - fewer));
            asFar += now >= apart ? 1 : 0;
        }
        return (asFar + 1.0) / (DRAWS + 1.0);
    }
}
