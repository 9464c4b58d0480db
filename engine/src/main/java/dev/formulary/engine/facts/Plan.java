package dev.formulary.engine.facts;

import java.util.List;
import java.util.Map;

/// What an allowed call gets.
///
/// @param attempts the models to try, best first, at least one
/// @param parameters what policy sets or caps, by parameter; for caps the value is already the lower of both
/// @param cacheSeconds how long an equal call may be answered from the cache; 0 forbids reading and writing it
public record Plan(List<Candidate> attempts, Map<Parameter, Limit> parameters, int cacheSeconds) {
    public Plan {
        attempts = List.copyOf(attempts);
        parameters = Map.copyOf(parameters);
    }

    /// What policy says of a parameter. Unsaid is [Double#NaN].
    ///
    /// @param preset the value where the caller gives none
    /// @param cap the most that is allowed
    public record Limit(double preset, double cap) {

        /// What holds when the caller gives that value.
        public double applyTo(double asked) {
            return Double.isNaN(cap) ? asked : Math.min(asked, cap);
        }

        /// What holds when the caller gives none; [Double#NaN] when policy says nothing that matters then.
        public double withoutAsking() {
            return Double.isNaN(preset) ? cap : applyTo(preset);
        }
    }
}
