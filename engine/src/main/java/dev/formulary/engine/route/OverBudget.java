package dev.formulary.engine.route;

import dev.formulary.engine.dialect.Refusal;
import dev.formulary.engine.facts.Budget;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Situation;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Tells callers that a budget is used up, where policy denies a call that it would allow if that budget were not.
final class OverBudget {
    private static final Set<String> CODES = Set.of("no_model_allowed", "model_forbidden");

    private OverBudget() {}

    /// @param policy decides again, without the budgets that are used up; only where some are
    /// @return null when no budget is to blame
    static @Nullable Refusal of(Decision.Deny deny, Question question, Function<Question, Decision> policy) {
        if (!CODES.contains(deny.code())) {
            return null;
        }
        Situation now = question.situation();
        List<Budget> others = now.budgets().stream()
                .filter(budget -> !(budget.exhausted() && budget.counts(question.call()))).toList();
        if (others.size() == now.budgets().size()
                || !(policy.apply(question.with(now.with(others))) instanceof Decision.Allow)) {
            return null;
        }
        Budget last = now.budgets().stream().filter(budget -> !others.contains(budget))
                .max(Comparator.comparing(Budget::resetsAt)).orElseThrow();
        Duration wait = Duration.between(now.at(), last.resetsAt());
        return new Refusal(429, Answers.OVER_BUDGET, "the budget '" + last.id() + "' is used up until "
                + last.resetsAt() + ", and no model that costs nothing may answer", null,
                wait.isPositive() ? wait : Duration.ofSeconds(1));
    }
}
