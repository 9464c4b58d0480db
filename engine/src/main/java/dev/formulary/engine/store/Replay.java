package dev.formulary.engine.store;

import dev.formulary.engine.facts.Decision;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;

/// Decides what was decided again, with the same facts and the same rules, and compares. Thread-safe.
public final class Replay {
    private final Function<String, Optional<Decider>> archive;
    private final Map<String, Optional<Decider>> known = new ConcurrentHashMap<>();

    /// @param archive finds the rules with a content hash; asked once for each hash
    public Replay(Function<String, Optional<Decider>> archive) {
        this.archive = archive;
    }

    /// What came of one decision.
    public sealed interface Finding {
        /// The decision's id.
        String id();
    }

    /// Decided the same in every field.
    public record Same(String id) implements Finding {}

    /// @param differences one line for each field: its name, what was recorded, what came out now
    public record Different(String id, List<String> differences) implements Finding {}

    /// @param why it can't be told
    public record Unknown(String id, String why) implements Finding {}

    /// Decides one again.
    public Finding of(Kept kept) {
        Decision recorded = kept.recorded().decision();
        if (recorded.ruleSet().isEmpty()) {
            return new Unknown(kept.id(), "no rules were in force");
        }
        Optional<Decider> rules = known.computeIfAbsent(recorded.ruleSet(), archive);
        if (rules.isEmpty()) {
            return new Unknown(kept.id(), "its rules " + recorded.ruleSet() + " are not there any more");
        }
        List<String> differences = Differences.between(recorded, rules.get().decide(kept.recorded().question()));
        if (differences.isEmpty()) {
            return new Same(kept.id());
        }
        if (hitLimits(recorded)) {
            return new Unknown(kept.id(), "it hit the limit of time or firings, which another run may not");
        }
        return kept.hidden().isEmpty()
                ? new Different(kept.id(), differences)
                : new Unknown(kept.id(), "it comes out otherwise, but its " + String.join(", ", kept.hidden())
                        + " were not kept as they were");
    }

    /// Decides the latest again, the oldest of them first.
    ///
    /// @param take called on this thread, in the order of the decisions
    public void each(DecisionReader reader, long last, Consumer<Finding> take)
            throws IOException, InterruptedException {
        reader.each(last, row -> {
            try {
                return of(row.kept());
            } catch (IOException e) {
                return new Unknown(row.id(), String.valueOf(e.getMessage()));
            }
        }, take);
    }

    static boolean hitLimits(Decision decision) {
        return decision.problems().stream().anyMatch(problem -> problem.startsWith("the rules took more than")
                || problem.startsWith("the rules fired more than"));
    }
}
