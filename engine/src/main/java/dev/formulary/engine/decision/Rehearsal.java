package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Question;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Tries a rule set out before it serves: each scenario is checked, then all are decided again and again, because the
/// first decisions of a set are slow.
final class Rehearsal {
    /// Scenarios may not run into the time limit of a decision only because nothing is warm yet.
    static final Bounds BOUNDS = new Bounds(10_000, TimeUnit.SECONDS.toNanos(5));
    private static final int DECISIONS = 200;
    private static final long LONGEST = TimeUnit.MILLISECONDS.toNanos(300);
    /// A set that comes from the store serves a process that has just started, and somebody waits for it.
    private static final long LONGEST_AT_START = TimeUnit.MILLISECONDS.toNanos(120);
    private static final int PROBLEMS = 50;

    private Rehearsal() {}

    /// @param results in the order of the scenarios
    /// @param fired in how many scenarios each rule fired, by id
    record Result(List<ScenarioResult> results, Map<String, Integer> fired) {
        static final Result NONE = new Result(List.of(), Map.of());

        List<Problem> problems() {
            return results.stream().flatMap(result -> result.problems().stream()).limit(PROBLEMS).toList();
        }
    }

    static Result of(RuleSet ruleSet, List<Scenario> scenarios) {
        var results = new ArrayList<ScenarioResult>();
        var fired = new HashMap<String, Integer>();
        for (Scenario scenario : scenarios) {
            long start = System.nanoTime();
            Scenario.Seen seen = scenario.run(ruleSet, BOUNDS);
            results.add(scenario.result(seen, System.nanoTime() - start));
            new HashSet<>(seen.rules()).forEach(rule -> fired.merge(rule, 1, Integer::sum));
        }
        return new Result(results, fired);
    }

    /// @param start when checking began, as [System#nanoTime()] tells it
    /// @param quick whether to keep it short
    /// @return how many decisions were made, with those of the scenarios
    static int warmUp(RuleSet ruleSet, List<Scenario> scenarios, long start, boolean quick) {
        List<Question> questions = scenarios.isEmpty()
                ? ScenarioWorld.questions()
                : scenarios.stream().map(Scenario::question).toList();
        long until = start + (quick ? LONGEST_AT_START : LONGEST);
        int decisions = scenarios.size();
        while (decisions < DECISIONS && System.nanoTime() - until < 0) {
            ruleSet.decide(questions.get(decisions % questions.size()), BOUNDS);
            decisions++;
        }
        return decisions;
    }
}
