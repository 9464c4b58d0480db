package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Question;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A question and what its decision must be; or what rules that watch see, and what they must tell.
///
/// @param file where it is written
/// @param place where it begins
/// @param question of a plain call where rules watch
/// @param timeline what rules that watch see; null where it is about a call
/// @param expects all of it must be so
/// @param named rules that it speaks of, which must exist
record Scenario(String file, YamlTree.Place place, String name, Question question, @Nullable Timeline timeline,
        List<Expected> expects, List<Named> named) {

    /// What came out.
    ///
    /// @param decision about the question
    /// @param fired each firing
    /// @param incidents alerts that rules opened that watch
    /// @param problems what went wrong
    record Seen(Decision decision, List<RuleInfo> fired, List<Incident> incidents, List<String> problems) {
        List<String> rules() {
            return fired.stream().map(RuleInfo::id).distinct().sorted().toList();
        }
    }

    /// One thing that must be so.
    ///
    /// @param field its name under `expect`
    /// @param relation how what is expected should stand to what is: `be`, `contain`, `not contain`
    /// @param actual tells what is, or null when that is right
    record Expected(String field, YamlTree.Place place, String relation, String expected,
            Function<Seen, @Nullable String> actual) {}

    /// An id of a rule and where it is written.
    record Named(String rule, YamlTree.Place place) {}

    /// Runs it.
    Seen run(RuleSet ruleSet, Bounds bounds) {
        Findings findings = ruleSet.deliberate(question, bounds, true);
        Decision decision = Verdict.of(question, ruleSet.hash(), findings);
        if (timeline == null) {
            return new Seen(decision, findings.fired(), List.of(), decision.problems());
        }
        Incidents.Outcome outcome = Incidents.of(ruleSet, timeline, bounds);
        return new Seen(decision, outcome.fired(), outcome.incidents(), outcome.problems());
    }

    ScenarioResult result(Seen seen, long nanos) {
        var differences = new ArrayList<ScenarioResult.Difference>();
        for (Expected one : expects) {
            String actual = one.actual().apply(seen);
            if (actual != null) {
                differences.add(new ScenarioResult.Difference(one.field(), one.place().line(), one.place().column(),
                        one.relation(), one.expected(), actual));
            }
        }
        return new ScenarioResult(file, place.line(), name, nanos, differences);
    }

    /// Texts as they are told.
    static String list(Iterable<String> texts) {
        var all = new ArrayList<String>();
        texts.forEach(all::add);
        return all.stream().collect(Collectors.joining(", ", "[", "]"));
    }
}
