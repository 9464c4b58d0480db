package dev.formulary.engine.statistics;

import dev.formulary.engine.statistics.Difference.Interval;
import java.util.Arrays;

/// By how much the values of one sample lie above those of another: the median of all differences between one of each, with the
/// interval that belongs to the test of Mann and Whitney. Hodges and Lehmann, Estimates of Location Based on Rank Tests, 1963;
/// Hollander and Wolfe, Nonparametric Statistical Methods, 4.2 and 4.3.
///
/// The differences are counted, never made: sorted samples let the k-th be found by halving.
final class Shift {
    private static final int HALVINGS = 100;

    private final double[] a;
    private final double[] b;

    /// @param a not empty
    /// @param b not empty
    Shift(double[] a, double[] b) {
        this.a = a.clone();
        this.b = b.clone();
        Arrays.sort(this.a);
        Arrays.sort(this.b);
    }

    /// @param z the quantile of the normal distribution for the interval's width
    Interval interval(double z) {
        long pairs = (long) a.length * b.length;
        double half = z * Math.sqrt(pairs * (a.length + b.length + 1.0) / 12);
        long low = Math.max(1, (long) Math.floor(pairs / 2.0 - half));
        double middle = pairs % 2 == 1
                ? difference(pairs / 2 + 1)
                : (difference(pairs / 2) + difference(pairs / 2 + 1)) / 2;
        return new Interval(middle, difference(low), difference(pairs + 1 - low));
    }

    /// The k-th smallest difference, from 1.
    private double difference(long k) {
        double low = b[0] - a[a.length - 1];
        double high = b[b.length - 1] - a[0];
        if (notAbove(low) >= k) {
            return low;
        }
        for (int i = 0; i < HALVINGS; i++) {
            double middle = low + (high - low) / 2;
            if (middle <= low || middle >= high) {
                break;
            }
            if (notAbove(middle) >= k) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return high;
    }

    private long notAbove(double difference) {
        long count = 0;
        int at = 0;
        for (double value : a) {
            while (at < b.length && b[at] - value <= difference) {
                at++;
            }
            count += at;
        }
        return count;
    }
}
