package dev.formulary.engine.statistics;

import java.util.Arrays;
import org.apache.commons.statistics.descriptive.Median;
import org.apache.commons.statistics.distribution.NormalDistribution;

/// The middle of numbers and how far they lie from it, which a few wild ones among them do not change. Not less than one number
/// is asked for.
final class Robust {
    /// The standard deviation of normal noise is the median absolute deviation by the 75th percentile of the normal distribution:
    /// Hampel, The Influence Curve and its Role in Robust Estimation, 1974.
    private static final double FROM_MEDIAN = 1.4826;
    /// The same of the mean absolute deviation: the square root of half of pi.
    private static final double FROM_MEAN = 1.2533;
    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

    private Robust() {}

    static double median(double[] values) {
        return Median.withDefaults().evaluate(values.clone());
    }

    /// How far the values lie from one of them, for normal noise their standard deviation: by the median of the distances, or by
    /// their mean where more than half of the values are the same, so that the rest counts too. 0 where all are the same.
    static double spread(double[] values, double middle) {
        double[] distances = distances(values, middle);
        double usual = median(distances);
        return usual > 0 ? FROM_MEDIAN * usual : FROM_MEAN * Means.mean(distances);
    }

    /// The same without the wild ones in any case: 0 where more than half of the values are the same.
    static double inner(double[] values, double middle) {
        return FROM_MEDIAN * median(distances(values, middle));
    }

    private static double[] distances(double[] values, double middle) {
        double[] distances = new double[values.length];
        Arrays.setAll(distances, i -> Math.abs(values[i] - middle));
        return distances;
    }

    /// The value of a standard normal distribution that is exceeded with that probability.
    static double exceededWith(double probability) {
        return NORMAL.inverseSurvivalProbability(probability);
    }

    /// The probability that a standard normal distribution gives something at least as far from 0.
    static double twoSided(double z) {
        return Math.min(1, 2 * NORMAL.survivalProbability(Math.abs(z)));
    }
}
