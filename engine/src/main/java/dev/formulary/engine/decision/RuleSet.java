package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Question;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// All rules of a folder, as they were when it was read. Thread-safe, never changes.
final class RuleSet {
    private final String hash;
    private final List<RuleBase.Part> parts;
    private final RuleBases bases;
    private final Watchers watchers;

    /// @param hash of all that the folder holds
    RuleSet(String hash, List<RuleBase.Part> parts) {
        this.hash = hash;
        this.parts = List.copyOf(parts);
        this.bases = new RuleBases(this.parts, false);
        this.watchers = new Watchers(this.parts);
    }

    String hash() {
        return hash;
    }

    List<RuleInfo> rules() {
        return Stream.concat(bases.whole().rules().stream(), watchers.rules().stream()).toList();
    }

    /// What the rules were compiled of.
    List<RuleSource> sources() {
        return parts.stream().map(RuleBase.Part::source).toList();
    }

    /// The class loaders that live as long as this rule set.
    List<ClassLoader> loaders() {
        return parts.stream().map(part -> part.model().getClass().getClassLoader()).toList();
    }

    Decision decide(Question question, Bounds bounds) {
        return Verdict.of(question, hash, deliberate(question, bounds, false));
    }

    /// Hears the rules that watch.
    Watched watch(Sighting sighting, Bounds bounds) {
        return watchers.watch(sighting, bounds);
    }

    /// Those of the rules that watch, in no order.
    List<RuleInfo> watching() {
        return watchers.rules();
    }

    /// What rules and measures say.
    Findings deliberate(Question question, Bounds bounds, boolean trace) {
        return Measured.with(rules(question, bounds, trace), question);
    }

    /// Runs the rules. When the condition of a preference rule fails, they run again without that rule's file.
    private Findings rules(Question question, Bounds bounds, boolean trace) {
        Findings findings = bases.whole().deliberate(question, bounds, trace);
        var left = new TreeSet<String>();
        for (int tries = 1; tries < RuleBases.TRIES && !findings.culprits().isEmpty(); tries++) {
            left.addAll(findings.culprits());
            RuleBase rest = bases.without(left);
            if (rest == null) {
                break;
            }
            List<String> problems = findings.problems();
            List<Notice> notices = findings.notices();
            findings = rest.deliberate(question, bounds, trace).after(problems, notices);
        }
        return findings.culprits().isEmpty() ? findings : gaveUp(findings);
    }

    private static Findings gaveUp(Findings findings) {
        String failure = "the conditions of too many rules failed";
        var problems = new ArrayList<>(findings.problems());
        problems.add(failure);
        return new Findings(List.of(), findings.fired(), problems, findings.notices(), failure, Set.of());
    }
}
