package dev.formulary.engine.statistics;

import dev.formulary.engine.facts.Samples;
import java.time.Instant;
import java.util.Arrays;
import org.apache.commons.statistics.ranking.NaturalRanking;
import org.apache.commons.statistics.ranking.TiesStrategy;
import org.jspecify.annotations.Nullable;

/// When a series went over from one level to another: Pettitt, A Non-Parametric Approach to the Change-Point Problem, 1979.
///
/// @param at the first sample on the new level
/// @param before the median until then
/// @param after the median from then on
/// @param p the probability of so clear a change by chance, where samples do not depend on those before them
public record ChangePoint(Instant at, double before, double after, double p) {
    private static final int LEAST = 12;
    private static final int MOST = 240;

    /// The clearest change there is, sure or not.
    ///
    /// @return null when there are too few samples, or all are the same
    public static @Nullable ChangePoint of(Samples all) {
        Samples samples = Thinning.of(all, MOST);
        int n = samples.size();
        if (n < LEAST) {
            return null;
        }
        double[] values = samples.values();
        double[] ranks = new NaturalRanking(TiesStrategy.AVERAGE).apply(values);
        double sum = 0;
        double most = 0;
        int last = 0;
        for (int i = 0; i < n - 1; i++) {
            sum += ranks[i];
            double clear = Math.abs(2 * sum - (i + 1.0) * (n + 1));
            if (clear > most) {
                most = clear;
                last = i;
            }
        }
        if (most == 0) {
            return null;
        }
        double p = 2 * Math.exp(-6 * most * most / ((double) n * n * n + (double) n * n));
        return new ChangePoint(Instant.ofEpochMilli(samples.time(last + 1)),
                Robust.median(Arrays.copyOf(values, last + 1)),
                Robust.median(Arrays.copyOfRange(values, last + 1, n)), Math.min(1, p));
    }
}
