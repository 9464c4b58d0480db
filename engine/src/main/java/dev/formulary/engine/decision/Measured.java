package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Measure;
import dev.formulary.engine.facts.Question;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What measures say of models, in the words of rules and beside those, whatever rules there are: it holds also where no rule is
/// heard any more. What an operator closes is forbidden; what an alert closes is the last resort, since it may be wrong, or all
/// that is left.
final class Measured {
    /// What the rule's id begins with; the measure's follows.
    static final String PREFIX = "measure:";

    private Measured() {}

    static Findings with(Findings findings, Question question) {
        List<Measure> measures = question.situation().measures();
        if (measures.isEmpty()) {
            return findings;
        }
        var said = new ArrayList<>(findings.said());
        for (Measure measure : measures) {
            if (measure.until().isAfter(question.situation().at())) {
                say(measure, question.candidates(), said);
            }
        }
        return findings.saying(said);
    }

    /// What they said, as an explanation lists it beside the rules that fired.
    static List<Explanation.Fired> fired(List<Said> said) {
        Map<RuleInfo, List<String>> says = new LinkedHashMap<>();
        said.stream().filter(one -> one.rule().id().startsWith(PREFIX)).forEach(one -> says
                .computeIfAbsent(one.rule(), _ -> new ArrayList<>()).add(one.verb() + " " + one.subject()));
        return says.entrySet().stream().map(each -> new Explanation.Fired(each.getKey().id(), "", "",
                each.getKey().reason(), "", 0, List.of(), List.of(), List.copyOf(each.getValue()))).toList();
    }

    private static void say(Measure measure, List<Candidate> candidates, List<Said> said) {
        var rule = new RuleInfo(PREFIX + measure.id(), "", "", measure.reason(), Kind.LOAD,
                "", 0);
        for (Candidate candidate : candidates) {
            if (measure.concerns(candidate)) {
                said.add(switch (measure.kind()) {
                    case AVOID -> new Said.Points(rule, candidate, -measure.points());
                    case CLOSE -> measure.origin() == Measure.Origin.OPERATOR
                            ? new Said.Forbid(rule, candidate)
                            : new Said.Spare(rule, candidate);
                });
            }
        }
    }
}
