package dev.formulary.engine.statistics;

import org.jspecify.annotations.Nullable;

/// By how much one side of a comparison lies above the other, in some measure. What is not known is null, never 0.
///
/// @param measure `latency`, `cost` or `failures`
/// @param unit of the values: milliseconds, micro-dollars or a share
/// @param a what it is on the first side: the median of latencies, the mean of costs, the share of failures; null when there is
///        no call of which it is known
/// @param b the same on the second side
/// @param countA of how many calls it is known on the first side
/// @param countB on the second side
/// @param difference b less a
/// @param low with `high` its 95 % interval
/// @param p the two-sided probability of such a difference by chance
/// @param method how interval and probability were found
/// @param verdict what may be said of it
/// @param needed about how many calls of each side would show such a difference four times in five; null where that can't be told
public record Difference(String measure, String unit, @Nullable Double a, @Nullable Double b, int countA, int countB,
        @Nullable Double difference, @Nullable Double low, @Nullable Double high, @Nullable Double p, String method,
        Verdict verdict, @Nullable Long needed) {
    /// With fewer calls on either side nothing is claimed.
    public static final int LEAST = 30;
    static final double LEVEL = 0.05;

    /// What may be said of a difference.
    public enum Verdict {
        /// The second side is less, so better: its interval lies below 0 and the probability is under 5 %.
        B_BETTER,
        /// The first side is less, so better.
        A_BETTER,
        /// There may be none: the interval holds 0, or the probability is not under 5 %.
        NOT_SHOWN,
        /// One side has fewer than 30 calls.
        TOO_FEW
    }

    /// An estimate with its interval.
    record Interval(double middle, double low, double high) {}

    static Difference none(String measure, String unit, @Nullable Double a, @Nullable Double b, int countA, int countB,
            String method) {
        return new Difference(measure, unit, a, b, countA, countB, null, null, null, null, method, Verdict.TOO_FEW,
                null);
    }

    static Difference of(String measure, String unit, double a, double b, int countA, int countB, Interval interval,
            double p, String method, @Nullable Long needed) {
        Verdict verdict = p >= LEVEL || (interval.low() <= 0 && interval.high() >= 0)
                ? Verdict.NOT_SHOWN
                : interval.high() < 0 ? Verdict.B_BETTER : Verdict.A_BETTER;
        return new Difference(measure, unit, a, b, countA, countB, interval.middle(), interval.low(), interval.high(),
                p, method, verdict, needed);
    }
}
