package dev.formulary.engine.decision;

import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Budget;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Question;
import java.util.ArrayList;
import java.util.List;

/// What takes the place of the rules about cost, load and alerts when they took too long, in plain Java: nobody is asked who
/// can't answer, no money is spent that nobody allowed, and the ranking is the usual one.
///
/// It replaces all of them, also those that had spoken already, so that a call has two possible decisions and not as many as
/// there are moments at which time can run out. What must hold even then belongs in `context/`.
final class DefaultPlan {
    /// The alert, and how the problem begins.
    static final String OVER_BUDGET = "policy-over-budget";

    private static final RuleInfo BREAKER = engine(
            "the model has failed too often of late and is left alone for a while");
    private static final RuleInfo LIMIT = engine("its vendor, or a limit, allows no more calls for now");
    private static final RuleInfo BUDGET = engine("the budget is used up until its next period");
    private static final RuleInfo FREE = engine(
            "no money is spent where a free model can answer, unless it is allowed");
    private static final RuleInfo SIMULATED = engine("a simulated model is for trying things out");

    private DefaultPlan() {}

    private static RuleInfo engine(String reason) {
        return new RuleInfo("engine", "", "", reason, Kind.COST, "", 0);
    }

    /// What rules about safety said, with the plan in place of all others.
    static List<Said> with(List<Said> said, Question question) {
        var all = new ArrayList<Said>(said);
        all.removeIf(one -> !one.rule().kind().safety());
        for (Candidate candidate : question.candidates()) {
            if (candidate.breaker() == BreakerState.OPEN) {
                all.add(new Said.Forbid(BREAKER, candidate));
            }
            if (candidate.limitLeft() == 0) {
                all.add(new Said.Spare(LIMIT, candidate));
            }
            if (!candidate.free() && exhausted(question, candidate)) {
                all.add(new Said.Forbid(BUDGET, candidate));
            }
        }
        if (!question.context().paidAllowed()) {
            all.add(new Said.KeepFree(FREE));
        }
        all.add(new Said.LastResort(SIMULATED, "simulated"));
        return all;
    }

    private static boolean exhausted(Question question, Candidate candidate) {
        for (Budget budget : question.situation().budgets()) {
            if (budget.exhausted() && budget.counts(question.call()) && budget.counts(candidate)) {
                return true;
            }
        }
        return false;
    }
}
