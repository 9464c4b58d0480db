package dev.formulary.engine.decision;

import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Reason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Whether a session keeps to the model that answered last: it does unless a rule says `move` and none says `pin`, and only
/// where that model may answer after all hard limits and what narrows the choice.
final class Staying {
    private Staying() {}

    /// @param model that answered the session's last call
    /// @param standing how it stands, or null when it is not offered any more
    /// @param reasons where it is told why the session stays or can't
    /// @return the model that goes first, or null when the ranking decides
    static @Nullable Standing of(String model, @Nullable Standing standing, List<Said> said, List<Reason> reasons) {
        boolean pinned = said.stream().anyMatch(Said.Pin.class::isInstance);
        if (!pinned && said.stream().anyMatch(Said.Move.class::isInstance)) {
            return null;
        }
        String obstacle = obstacle(standing);
        reasons.add(obstacle == null
                ? reason("stay", model,
                        "the session " + (pinned ? "is pinned" : "keeps") + " to the model that answered"
                                + " last")
                : reason("move", model, "the session's model " + obstacle));
        return obstacle == null ? standing : null;
    }

    private static @Nullable String obstacle(@Nullable Standing standing) {
        if (standing == null) {
            return "is not offered any more";
        }
        if (!standing.eligible()) {
            return "may not answer: " + String.join("; ", standing.texts());
        }
        return standing.candidate().breaker() == BreakerState.OPEN ? "has failed too often of late" : null;
    }

    private static Reason reason(String verb, String model, String text) {
        return new Reason("engine", verb, model, text, "", 0);
    }
}
