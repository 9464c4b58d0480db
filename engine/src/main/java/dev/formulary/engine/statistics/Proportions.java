package dev.formulary.engine.statistics;

import dev.formulary.engine.statistics.Difference.Interval;
import org.apache.commons.statistics.inference.AlternativeHypothesis;
import org.apache.commons.statistics.inference.FisherExactTest;

/// Compares shares: so many of so many here, so many of so many there.
final class Proportions {
    private Proportions() {}

    /// The interval of Newcombe, Interval Estimation for the Difference Between Independent Proportions, 1998, method 10: from
    /// Wilson's intervals of both shares.
    ///
    /// @param z the quantile of the normal distribution for the interval's width
    static Interval difference(long someA, long allA, long someB, long allB, double z) {
        Interval a = wilson(someA, allA, z);
        Interval b = wilson(someB, allB, z);
        double difference = b.middle() - a.middle();
        return new Interval(difference,
                difference - Math.hypot(b.middle() - b.low(), a.high() - a.middle()),
                difference + Math.hypot(b.high() - b.middle(), a.middle() - a.low()));
    }

    /// A share and its interval: Wilson, Probable Inference, the Law of Succession, and Statistical Inference, 1927.
    static Interval wilson(long some, long all, double z) {
        double share = (double) some / all;
        double square = z * z / all;
        double middle = (share + square / 2) / (1 + square);
        double half = z * Math.sqrt(share * (1 - share) / all + square / (4 * all)) / (1 + square);
        return new Interval(share, Math.max(0, middle - half), Math.min(1, middle + half));
    }

    /// Fisher's exact test.
    static double p(int someA, int allA, int someB, int allB) {
        return FisherExactTest.withDefaults().with(AlternativeHypothesis.TWO_SIDED)
                .test(new int[][]{{someA, allA - someA}, {someB, allB - someB}}).getPValue();
    }
}
