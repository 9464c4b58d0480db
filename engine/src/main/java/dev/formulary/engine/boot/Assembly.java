package dev.formulary.engine.boot;

import dev.formulary.engine.decision.Companion;
import dev.formulary.engine.decision.Tryout;
import java.util.List;

/// Names what the commands use.
final class Assembly {
    private Assembly() {}

    static Runner runner() {
        return RunningGateway::start;
    }

    static RuleCheck ruleCheck() {
        return (folder, cards) -> Tryout.of(folder, companions(), cards);
    }

    /// What stands beside the rules and is checked with them.
    static List<Companion> companions() {
        return LexiconCompanion.checking();
    }
}
