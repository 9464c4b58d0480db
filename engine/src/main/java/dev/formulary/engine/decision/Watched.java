package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Severity;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// What one round of the rules that watch gave.
///
/// @param notices all that holds, the worst first; and what went wrong
/// @param unheard ids of rules of which not everything was heard: what they told before may still be so
/// @param fired each firing
/// @param problems what went wrong, in words
/// @param culprits files whose conditions failed; without them it may go well
record Watched(List<Notice> notices, Set<String> unheard, List<RuleInfo> fired, List<String> problems,
        Set<String> culprits) {
    static final Watched NOTHING = new Watched(List.of(), Set.of(), List.of(), List.of(), Set.of());

    /// Nothing could be heard.
    static Watched failed(List<RuleInfo> rules, String problem) {
        return new Watched(List.of(new Notice("engine", Severity.WARNING, Deliberation.RULE_FAILED, problem)),
                Set.copyOf(rules.stream().map(RuleInfo::id).toList()), List.of(), List.of(problem), Set.of());
    }

    /// This round, with what went wrong in one before.
    Watched after(Watched before) {
        var all = new HashSet<>(before.unheard);
        all.addAll(unheard);
        return new Watched(joined(notices, before.notices), all, joined(before.fired, fired),
                joined(before.problems, problems), culprits);
    }

    private static <T> List<T> joined(List<T> first, List<T> second) {
        return new ArrayList<>(Stream.concat(first.stream(), second.stream()).distinct().toList());
    }
}
