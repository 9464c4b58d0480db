package dev.formulary.engine.statistics;

import org.apache.commons.statistics.ranking.NaturalRanking;
import org.apache.commons.statistics.ranking.TiesStrategy;

/// How much a sample says of the next, and how much less many such samples tell than as many independent ones.
final class Autocorrelation {
    /// Above it there is next to no difference from a random walk.
    private static final double MOST = 0.99;
    private static final int LEAST = 5;

    private Autocorrelation() {}

    /// That of neighbours in what is left of a series without its trend, by ranks, so that a few wild ones do not hide it. What
    /// the estimate lacks because the trend was estimated too is added: Hamed, Enhancing the Effectiveness of Prewhitening in
    /// Trend Analysis of Hydrologic Data, 2009.
    ///
    /// @param residuals in the order of time
    /// @return from 0 to 0.99; what is negative makes nothing less sure and counts as 0
    static double first(double[] residuals) {
        int n = residuals.length;
        if (n < LEAST) {
            return 0;
        }
        double[] ranks = new NaturalRanking(TiesStrategy.AVERAGE).apply(residuals);
        double mean = (n + 1) / 2.0;
        double products = 0;
        double squares = 0;
        for (int i = 0; i < n; i++) {
            squares += (ranks[i] - mean) * (ranks[i] - mean);
            products += i == 0 ? 0 : (ranks[i] - mean) * (ranks[i - 1] - mean);
        }
        double found = squares == 0 ? 0 : products / squares;
        return Math.clamp((n * found + 2) / (n - 4), 0, MOST);
    }

    /// By what the variance of Kendall's S grows: Hamed and Rao, A Modified Mann-Kendall Trend Test for Autocorrelated Data, 1998,
    /// with the autocorrelations of a process of the first order, as those of the data are themselves too unsure at longer lags.
    static double growth(double first, int n) {
        double sum = 0;
        double power = 1;
        for (int lag = 1; lag < n - 2; lag++) {
            power *= first;
            sum += (double) (n - lag) * (n - lag - 1) * (n - lag - 2) * power;
        }
        return 1 + 2 * sum / ((double) n * (n - 1) * (n - 2));
    }
}
