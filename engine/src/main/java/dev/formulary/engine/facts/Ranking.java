package dev.formulary.engine.facts;

import java.util.List;

/// How one model fared in a decision.
///
/// @param candidate `provider/model`
/// @param eligible whether it may answer
/// @param score its score, higher is better; 0 when not eligible
/// @param because ids of the rules that ruled it out, or that gave or took points
public record Ranking(String candidate, boolean eligible, double score, List<String> because) {
    public Ranking {
        because = List.copyOf(because);
    }
}
