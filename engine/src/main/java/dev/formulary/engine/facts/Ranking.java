package dev.formulary.engine.facts;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// How one model fared in a decision.
///
/// @param candidate `provider/model`
/// @param eligible whether it may answer
/// @param score its score, higher is better; 0 when not eligible
/// @param terms what the score is made of, or null when not eligible
/// @param because ids of the rules that ruled it out, or that gave or took points
public record Ranking(String candidate, boolean eligible, double score, @Nullable Terms terms, List<String> because) {
    public Ranking {
        because = List.copyOf(because);
    }

    /// A rank without its terms.
    public Ranking(String candidate, boolean eligible, double score, List<String> because) {
        this(candidate, eligible, score, null, because);
    }

    /// What a score is made of: the weighted mean of the first four, times the reliability, plus the points.
    ///
    /// @param quality 0 to 1
    /// @param cost 0 to 1, higher is cheaper
    /// @param latency 0 to 1, higher is faster
    /// @param load 0 to 1, higher is freer
    /// @param reliability 0 to 1
    /// @param points what rules gave and took, in hundredths
    public record Terms(double quality, double cost, double latency, double load, double reliability, double points) {}
}
