package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Question;
import java.util.List;

/// What is decided while no rules have been good yet.
final class Unruled {
    private Unruled() {}

    static Decision deny(Question question, RuleSetReport report) {
        List<String> problems = report.problems().stream().map(Problem::toString).toList();
        return new Decision.Deny(question.call().id(), "", Verdict.FAILED,
                "there are no valid rules, so every call is refused; the operator finds the problems in the log",
                List.of(), List.of(), List.of(), problems);
    }
}
