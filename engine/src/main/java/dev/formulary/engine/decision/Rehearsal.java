package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Question;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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

    /// @param scenarios how many were checked
    /// @param fired ids of the rules that some scenario fired
    /// @param decisions how many decisions were made
    record Result(int scenarios, Set<String> fired, List<Problem> problems, int decisions) {}

    /// @param quick whether to keep the warm-up short
    static Result of(RuleSet ruleSet, List<RuleFolder.ScenarioSource> sources, boolean quick) {
        long start = System.nanoTime();
        var problems = new ArrayList<Problem>();
        var scenarios = new ArrayList<Scenario>();
        for (RuleFolder.ScenarioSource source : sources) {
            scenarios.addAll(new ScenarioReader(source.file(), source.text(), problems).read());
        }
        var fired = new HashSet<String>();
        for (Scenario scenario : scenarios) {
            Findings findings = ruleSet.deliberate(scenario.question(), BOUNDS, true);
            findings.fired().forEach(rule -> fired.add(rule.id()));
            scenario.check(Verdict.of(scenario.question(), ruleSet.hash(), findings), findings.fired())
                    .forEach(problems::add);
        }
        if (!problems.isEmpty()) {
            return new Result(scenarios.size(), fired, problems.subList(0, Math.min(PROBLEMS, problems.size())),
                    scenarios.size());
        }
        List<Question> questions = scenarios.isEmpty()
                ? ScenarioWorld.questions()
                : scenarios.stream().map(Scenario::question).toList();
        int decisions = warmUp(ruleSet, questions, scenarios.size(), start + (quick ? LONGEST_AT_START : LONGEST));
        return new Result(scenarios.size(), fired, List.of(), decisions);
    }

    private static int warmUp(RuleSet ruleSet, List<Question> questions, int made, long until) {
        int decisions = made;
        while (decisions < DECISIONS && System.nanoTime() - until < 0) {
            ruleSet.decide(questions.get(decisions % questions.size()), BOUNDS);
            decisions++;
        }
        return decisions;
    }
}
