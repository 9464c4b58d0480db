package dev.formulary.engine.facts;

import java.time.Instant;

/// What is done about a model for a while, by an alert or by an operator.
///
/// @param id of the measure
/// @param model its full name, or `PROVIDER/*` for all of a provider
/// @param kind what is done
/// @param points with [Kind#AVOID], by how many points (0 to 100) it is worse; 0 otherwise
/// @param reason why; callers may be told
/// @param origin whether an alert or an operator wants it
/// @param by which alert or who
/// @param until when it ends by itself
public record Measure(String id, String model, Kind kind, double points, String reason, Origin origin, String by,
        Instant until) {

    /// What is done.
    public enum Kind {
        /// The model must not answer; where an alert wants it, it is the last resort.
        CLOSE,
        /// The model is worse by so many points.
        AVOID
    }

    /// Who wants it.
    public enum Origin {
        /// An alert: what it closes is the last resort, so that it makes no outage worse.
        ALERT,
        /// A person, whose word holds whatever comes of it.
        OPERATOR
    }

    /// Whether it concerns a model.
    public boolean concerns(Candidate candidate) {
        return concerns(candidate.id());
    }

    /// Whether it concerns a model.
    ///
    /// @param id `provider/model`
    public boolean concerns(String id) {
        return model.equals(id) || (model.endsWith("/*") && id.regionMatches(0, model, 0, model.length() - 1));
    }
}
