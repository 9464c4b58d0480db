package dev.formulary.engine.boot;

import dev.formulary.engine.decision.Companion;
import dev.formulary.engine.decision.Tryout;
import java.util.List;
import java.util.Map;

/// Names what the commands use.
final class Assembly {
    private Assembly() {}

    /// @param env for what is read again while the gateway runs
    static Runner runner(Map<String, String> env) {
        return (settings, home) -> RunningGateway.start(settings, home, env);
    }

    static RuleCheck ruleCheck() {
        return (folder, cards) -> Tryout.of(folder, companions(), cards);
    }

    /// What stands beside the rules and is checked with them.
    static List<Companion> companions() {
        return LexiconCompanion.checking();
    }
}
