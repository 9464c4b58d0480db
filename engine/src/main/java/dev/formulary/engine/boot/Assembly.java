package dev.formulary.engine.boot;

/// Names what the commands use.
final class Assembly {
    private Assembly() {}

    static Runner runner() {
        return (settings, home) -> {
            throw new StartException("this build holds no gateway yet");
        };
    }

    static RuleCheck ruleCheck() {
        return folder -> {
            throw new java.io.IOException("this build holds no rule compiler yet");
        };
    }
}
