package dev.formulary.engine.facts;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What an allowed call gets.
///
/// @param attempts the models to try, best first, at least one
/// @param parameters what policy sets or caps, by parameter; for caps the value is already the lower of both
/// @param cacheSeconds how long an equal call may be answered from the cache; 0 forbids reading and writing it
/// @param balance from 0 (as fast as can be) to 1 (as creative as can be): what the ranking and the parameters followed; -1
///     when neither caller nor policy said anything
/// @param queue with which priority the call waits for the best model when that is busy, rather than going to the next; null
///     when no rule says so
/// @param reactions what rules say becomes of the call when an attempt fails; for all other classes it is the usual
/// @param spared the models to try when none of the attempts has answered, best first: those that rules spare
public record Plan(List<Candidate> attempts, Map<Parameter, Limit> parameters, int cacheSeconds, double balance,
        @Nullable Priority queue, Map<FailureClass, Reaction> reactions, List<Candidate> spared) {
    public Plan {
        attempts = List.copyOf(attempts);
        spared = List.copyOf(spared);
        parameters = Map.copyOf(parameters);
        reactions = Map.copyOf(reactions);
    }

    /// A plan that spares no model.
    public Plan(List<Candidate> attempts, Map<Parameter, Limit> parameters, int cacheSeconds, double balance,
            @Nullable Priority queue, Map<FailureClass, Reaction> reactions) {
        this(attempts, parameters, cacheSeconds, balance, queue, reactions, List.of());
    }

    /// A plan by which failures have their usual consequences.
    public Plan(List<Candidate> attempts, Map<Parameter, Limit> parameters, int cacheSeconds, double balance,
            @Nullable Priority queue) {
        this(attempts, parameters, cacheSeconds, balance, queue, Map.of());
    }

    /// A plan by which no call waits where another model is free.
    public Plan(List<Candidate> attempts, Map<Parameter, Limit> parameters, int cacheSeconds, double balance) {
        this(attempts, parameters, cacheSeconds, balance, null);
    }

    /// A plan without a balance.
    public Plan(List<Candidate> attempts, Map<Parameter, Limit> parameters, int cacheSeconds) {
        this(attempts, parameters, cacheSeconds, -1);
    }

    /// The same for other models, none of them spared.
    public Plan of(List<Candidate> others) {
        return new Plan(others, parameters, cacheSeconds, balance, queue, reactions);
    }

    /// All models that may come to answer, in their order.
    public List<Candidate> all() {
        return spared.isEmpty() ? attempts : Stream.concat(attempts.stream(), spared.stream()).toList();
    }

    /// How many there are of these.
    public int most() {
        return attempts.size() + spared.size();
    }

    /// What becomes of the call when an attempt fails so: what rules say, or else the usual.
    public Reaction reaction(FailureClass failure) {
        return reactions.getOrDefault(failure, failure.usual());
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
