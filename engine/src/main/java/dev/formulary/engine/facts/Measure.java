package dev.formulary.engine.facts;

import java.time.Instant;

/// What is done about a model for a while, by an alert or by an operator.
///
/// @param id of the measure
/// @param model its full name, or `PROVIDER/*` for all of a provider
/// @param kind what is done
/// @param points with [Kind#AVOID], by how many points (0 to 100) it is worse
/// @param reason why; callers may be told
/// @param by which alert or who
/// @param until when it ends by itself
public record Measure(String id, String model, Kind kind, double points, String reason, String by, Instant until) {

    /// What is done.
    public enum Kind {
        /// The model must not answer.
        CLOSE,
        /// The model is worse by so many points.
        AVOID
    }

    /// Whether it concerns a model.
    public boolean concerns(Candidate candidate) {
        return model.equals(candidate.id())
                || model.endsWith("/*") && model.regionMatches(0, candidate.provider() + "/", 0, model.length() - 1);
    }
}
