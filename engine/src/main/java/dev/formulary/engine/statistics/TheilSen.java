package dev.formulary.engine.statistics;

import java.util.Arrays;

/// The line of Theil and Sen: its slope is the median of the slopes between each two samples, so that more than a quarter of the
/// samples may be wild. Sen, Estimates of the Regression Coefficient Based on Kendall's Tau, 1968.
final class TheilSen {
    private final double[] slopes;
    private final double slope;

    /// @param times rising
    TheilSen(double[] times, double[] values) {
        int n = times.length;
        slopes = new double[n * (n - 1) / 2];
        int at = 0;
        for (int i = 0; i < n; i++) {
            for (int j = i + 1; j < n; j++) {
                slopes[at++] = (values[j] - values[i]) / (times[j] - times[i]);
            }
        }
        Arrays.sort(slopes);
        int middle = slopes.length / 2;
        slope = slopes.length % 2 == 1 ? slopes[middle] : (slopes[middle - 1] + slopes[middle]) / 2;
    }

    double slope() {
        return slope;
    }

    /// The lower end of the slope's confidence interval.
    ///
    /// @param half half of how many slopes lie within it: the standard deviation of Kendall's S times the quantile of the normal
    ///        distribution
    double low(double half) {
        return slopes[Math.clamp((long) Math.floor((slopes.length - half) / 2) - 1, 0, slopes.length - 1)];
    }

    /// The upper end of it.
    double high(double half) {
        return slopes[Math.clamp((long) Math.ceil((slopes.length + half) / 2), 0, slopes.length - 1)];
    }
}
