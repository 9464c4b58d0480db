package dev.formulary.engine.boot;

import dev.formulary.engine.decision.Policy;

/// Names what the commands use.
final class Assembly {
    private Assembly() {}

    static Runner runner() {
        return RunningGateway::start;
    }

    static RuleCheck ruleCheck() {
        return folder -> Policy.check(folder, LexiconCompanion.checking()).problems().stream()
                .map(problem -> new RuleCheck.Problem(problem.file(),
                        problem.line(), problem.column(), problem.rule(), problem.message()))
                .toList();
    }
}
