package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Continuity;
import dev.formulary.engine.facts.Reason;
import java.util.Optional;

/// Tells in a decision that the model gets more to read than the caller sent, never what.
final class KeptTurns {
    private KeptTurns() {}

    /// Empty where the gateway put nothing before the call's own turn.
    static Optional<Reason> told(Continuity continuity) {
        int turns = continuity.keptTurns();
        return turns == 0
                ? Optional.empty()
                : Optional.of(new Reason("engine", "history", "",
                        "of this session " + turns + (turns == 1 ? " turn" : " turns") + " went along that the gateway"
                                + " had kept, with " + continuity.keptTokens() + " tokens",
                        "", 0));
    }
}
