package dev.formulary.engine.statistics;

import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.facts.Samples;
import dev.formulary.engine.facts.Trend;
import org.jspecify.annotations.Nullable;

/// Finds where a metric goes.
///
/// A trend is what is both sure and large enough to matter. Sure: Mann and Kendall's test says so, with the variance that
/// autocorrelated samples have; or the line rises by far more than a random walk wanders, and where samples depend on each other
/// as those of a random walk do, only that counts. Large enough: over the time that was
/// looked at it rises by more than the noise around it, by 2 % of the level, and by the metric's [Resolution].
public final class Trends {
    /// The fewest samples.
    public static final int LEAST = 12;
    /// As many are compared each with each; more are thinned out before.
    static final int MOST = 100;
    private static final double SURE = 0.01;
    private static final double INTERVAL = 0.90;
    private static final double SHARE_OF_LEVEL = 0.02;
    /// By how much a random walk rises along its fitted line, in spreads of what is left around that line: 99 of 100 stay under
    /// 14.7, as 2,000 simulated ones of 120 steps show, which is 2.576 times this. That such walks look like trends: Durlauf and
    /// Phillips, Trends versus Random Walks in Time Series Analysis, 1988.
    private static final double RANDOM_WALK = 5.7;
    private static final double WANDERING = 16;
    private static final double HOUR = 3_600_000;

    private Trends() {}

    /// Of whatever.
    ///
    /// @return null when there are fewer than [#LEAST] samples
    public static @Nullable Trend of(Samples samples) {
        return of(samples, Resolution.UNKNOWN);
    }

    /// Of a metric.
    ///
    /// @return null when there are fewer than [#LEAST] samples
    public static @Nullable Trend of(Metric metric, Samples samples) {
        return of(samples, Resolution.of(metric));
    }

    private static @Nullable Trend of(Samples all, double resolution) {
        Samples samples = Thinning.of(all, MOST);
        if (samples.size() < LEAST) {
            return null;
        }
        long newest = all.time(all.size() - 1);
        double[] hours = hours(samples, newest);
        double[] values = samples.values();
        var line = new TheilSen(hours, values);
        double[] residuals = without(line.slope(), hours, values);
        double level = Robust.median(residuals);
        double tied = Autocorrelation.first(residuals);
        MannKendall test = MannKendall.of(values).grown(Autocorrelation.growth(tied, values.length));
        double half = Robust.exceededWith((1 - INTERVAL) / 2) * Math.sqrt(test.variance());
        double rise = Math.abs(line.slope()) * (hours[hours.length - 1] - hours[0]);
        double noise = Robust.spread(residuals, level);
        double walk = walk(rise, noise);
        double p = tied >= wandering(values.length) ? walk : Math.min(test.p(), walk);
        double[] around = all.size() == samples.size()
                ? residuals
                : without(line.slope(), hours(all, newest), all.values());
        boolean large = rise >= Math.max(Robust.spread(around, level),
                Math.max(resolution, SHARE_OF_LEVEL * Math.abs(level)));
        return new Trend(level, line.slope(), line.low(half), line.high(half), p, p < SURE && large,
                Math.abs(level) <= resolution ? -1 : Robust.inner(around, level) / Math.abs(level),
                -Robust.median(hours));
    }

    /// How probable it is that a random walk goes so far.
    private static double walk(double rise, double noise) {
        return rise == 0 ? 1 : noise == 0 ? 0 : Robust.twoSided(rise / noise / RANDOM_WALK);
    }

    /// From which autocorrelation on samples are as good as those of a random walk: most of these show one above it.
    private static double wandering(int samples) {
        return Math.max(0.5, 1 - WANDERING / samples);
    }

    private static double[] hours(Samples samples, long newest) {
        double[] hours = new double[samples.size()];
        for (int i = 0; i < hours.length; i++) {
            hours[i] = (samples.time(i) - newest) / HOUR;
        }
        return hours;
    }

    private static double[] without(double slope, double[] hours, double[] values) {
        double[] left = new double[values.length];
        for (int i = 0; i < left.length; i++) {
            left[i] = values[i] - slope * hours[i];
        }
        return left;
    }
}
