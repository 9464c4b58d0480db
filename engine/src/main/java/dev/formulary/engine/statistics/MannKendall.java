package dev.formulary.engine.statistics;

import java.util.Arrays;

/// Mann and Kendall's test: whether later values tend to be higher, or lower, than earlier ones; by their order alone.
///
/// @param s how many pairs rise less how many fall
/// @param variance of that where there is no trend, with Kendall's correction for values that are the same
/// @see <a href="https://doi.org/10.2307/1907187">Mann, Nonparametric Tests Against Trend, 1945</a>
record MannKendall(long s, double variance) {

    static MannKendall of(double[] values) {
        long s = 0;
        for (int i = 0; i < values.length; i++) {
            for (int j = i + 1; j < values.length; j++) {
                s += Double.compare(values[j] + 0.0, values[i] + 0.0);
            }
        }
        return new MannKendall(s, (of(values.length) - ties(values)) / 18);
    }

    private static double of(int many) {
        return (double) many * (many - 1) * (2.0 * many + 5);
    }

    private static double ties(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double sum = 0;
        int same = 1;
        for (int i = 1; i <= sorted.length; i++) {
            if (i < sorted.length && sorted[i] == sorted[i - 1]) {
                same++;
            } else {
                sum += of(same);
                same = 1;
            }
        }
        return sum;
    }

    /// The same where values depend on those before them.
    ///
    /// @param growth of the variance
    MannKendall grown(double growth) {
        return new MannKendall(s, variance * growth);
    }

    /// The two-sided probability of so clear an order by chance, by the normal distribution with the correction for continuity.
    double p() {
        return variance <= 0 ? 1 : Robust.twoSided(Math.max(0, Math.abs(s) - 1) / Math.sqrt(variance));
    }
}
