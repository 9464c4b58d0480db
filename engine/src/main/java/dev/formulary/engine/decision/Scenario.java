package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Plan;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Ranking;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A question and what its decision must be.
///
/// @param file where it is written
/// @param line where it begins, 0 when unknown
record Scenario(String file, int line, String name, Question question, Expectation expect) {

    /// What must be so. What is null or empty is not looked at.
    ///
    /// @param decision `allow`, or the code of a denial
    /// @param first the model that is tried first
    /// @param attempts all models that are tried, in order
    /// @param forbidden models that may not answer
    /// @param alerts codes of alerts that are raised
    /// @param parameters for each what holds when the caller says nothing
    /// @param fired ids of rules that fire
    /// @param notFired ids of rules that do not
    record Expectation(@Nullable String decision, @Nullable String first, List<String> attempts,
            List<String> forbidden, List<String> alerts, Map<Parameter, Double> parameters, List<String> fired,
            List<String> notFired) {}

    /// What is not as it must be.
    List<Problem> check(Decision decision, List<RuleInfo> rules) {
        var wrong = new ArrayList<String>();
        switch (decision) {
            case Decision.Allow allow -> {
                same(wrong, "decision", expect.decision(), "allow");
                plan(wrong, allow.plan());
            }
            case Decision.Deny deny -> {
                same(wrong, "decision", expect.decision(), deny.code());
                if (expect.first() != null || !expect.attempts().isEmpty()) {
                    wrong.add("no model is tried, the call is denied: " + deny.message());
                }
            }
        }
        Set<String> ruledOut = decision.ranking().stream().filter(ranking -> !ranking.eligible())
                .map(Ranking::candidate)
                .collect(Collectors.toSet());
        contains(wrong, "forbidden", ruledOut, expect.forbidden());
        contains(wrong, "alerts", decision.notices().stream().map(Notice::code).toList(), expect.alerts());
        Set<String> ids = rules.stream().map(RuleInfo::id).collect(Collectors.toSet());
        contains(wrong, "fired", ids, expect.fired());
        for (String id : expect.notFired()) {
            if (ids.contains(id)) {
                wrong.add("rule '" + id + "' fires and must not");
            }
        }
        wrong.addAll(decision.problems());
        return wrong.stream().map(text -> new Problem(file, line, line > 0 ? 1 : 0, name, text)).toList();
    }

    private void plan(List<String> wrong, Plan plan) {
        List<String> tried = plan.attempts().stream().map(Candidate::id).toList();
        same(wrong, "first model", expect.first(), tried.getFirst());
        if (!expect.attempts().isEmpty() && !expect.attempts().equals(tried)) {
            wrong.add("attempts must be " + expect.attempts() + " and are " + tried);
        }
        expect.parameters().forEach((parameter, value) -> {
            Plan.Limit limit = plan.parameters().get(parameter);
            double holds = parameter == Parameter.CACHE_SECONDS
                    ? plan.cacheSeconds()
                    : limit == null ? Double.NaN : limit.withoutAsking();
            if (holds != value) {
                wrong.add("parameter " + parameter + " must be " + value + " and is "
                        + (Double.isNaN(holds) ? "not set" : holds));
            }
        });
    }

    private static void same(List<String> wrong, String what, @Nullable String expected, String actual) {
        if (expected != null && !expected.equals(actual)) {
            wrong.add(what + " must be '" + expected + "' and is '" + actual + "'");
        }
    }

    private static void contains(List<String> wrong, String what, Collection<String> actual, List<String> expected) {
        for (String one : expected) {
            if (!actual.contains(one)) {
                wrong.add(what + " must contain '" + one + "' and is " + actual.stream().sorted().toList());
            }
        }
    }
}
