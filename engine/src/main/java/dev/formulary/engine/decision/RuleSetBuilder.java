package dev.formulary.engine.decision;

import dev.formulary.engine.config.Settings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes a rule set of a folder's contents, aside from the one that serves: compiles what is new, checks the whole,
/// runs the scenarios, warms it up. Not thread-safe.
final class RuleSetBuilder {
    private final RuleCompiler compiler;
    private final List<Companion> companions;
    private final Settings.Scenarios gate;
    private Map<String, Known> known = Map.of();

    RuleSetBuilder(CompiledStore store, List<Companion> companions) {
        this(store, companions, Settings.Scenarios.REFUSE);
    }

    /// @param gate what becomes of a set whose scenarios fail
    RuleSetBuilder(CompiledStore store, List<Companion> companions, Settings.Scenarios gate) {
        this.compiler = new RuleCompiler(store);
        this.companions = companions;
        this.gate = gate;
    }

    private record Known(String sha, RuleBase.Part part) {}

    /// @param ruleSet null when there are problems
    /// @param warnings failed scenarios that do not keep it from serving
    /// @param activate to be run just before the rule set serves
    record Built(@Nullable RuleSet ruleSet, int rules, int scenarios, List<String> untested, List<Problem> problems,
            List<Problem> warnings, RuleSetReport.Times times, List<Runnable> activate) {

        static Built refused(int rules, List<Problem> problems, RuleSetReport.Times times) {
            return new Built(null, rules, 0, List.of(), problems, List.of(), times, List.of());
        }
    }

    Built build(RuleFolder.Contents contents) {
        long start = System.nanoTime();
        var problems = new ArrayList<>(contents.problems());
        List<Companion.Prepared> beside = companions.stream().map(one -> one.prepare(contents.files())).toList();
        beside.forEach(prepared -> problems.addAll(prepared.problems()));
        List<RuleSource> changed = contents.rules().stream().filter(this::changed).toList();
        RuleCompiler.Output output = compiler.compile(changed);
        problems.addAll(output.problems());
        Map<String, Known> parts = parts(contents.rules(), output.files());
        List<RuleInfo> rules = parts.values().stream().flatMap(one -> one.part().compiled().rules().stream()).toList();
        problems.addAll(duplicates(rules));
        // what compiled stays known, so that correcting one file does not compile the others again
        known = parts;
        long compileMs = since(start);
        if (!problems.isEmpty()) {
            return Built.refused(rules.size(), problems, new RuleSetReport.Times(output.compiled(), compileMs, 0, 0,
                    0));
        }
        start = System.nanoTime();
        var ruleSet = new RuleSet(contents.hash(), parts.values().stream().map(Known::part).toList());
        long assembleMs = since(start);
        start = System.nanoTime();
        boolean quick = output.compiled() == 0;
        boolean skipped = gate == Settings.Scenarios.OFF;
        Rehearsal.Result rehearsal = Rehearsal.of(ruleSet, skipped ? List.of() : contents.scenarios(), quick);
        List<Problem> failures = rehearsal.problems();
        if (!failures.isEmpty() && gate == Settings.Scenarios.WARN) {
            // a rehearsal that failed has warmed nothing up
            Rehearsal.of(ruleSet, List.of(), quick);
        }
        var times = new RuleSetReport.Times(output.compiled(), compileMs, assembleMs, since(start),
                rehearsal.decisions());
        if (!failures.isEmpty() && gate == Settings.Scenarios.REFUSE) {
            return Built.refused(rules.size(), failures, times);
        }
        List<String> untested = rules.stream().map(RuleInfo::id)
                .filter(id -> !skipped && !rehearsal.fired().contains(id)).toList();
        return new Built(ruleSet, rules.size(), rehearsal.scenarios(), untested, List.of(), failures, times,
                beside.stream().map(Companion.Prepared::activate).toList());
    }

    private boolean changed(RuleSource source) {
        Known before = known.get(source.file());
        return before == null || !before.sha().equals(source.sha());
    }

    private Map<String, Known> parts(List<RuleSource> sources, Map<String, CompiledFile> compiled) {
        var parts = new LinkedHashMap<String, Known>();
        for (RuleSource source : sources) {
            CompiledFile fresh = compiled.get(source.file());
            Known before = known.get(source.file());
            if (fresh != null) {
                parts.put(source.file(), new Known(source.sha(),
                        new RuleBase.Part(source.file(), fresh, Engine.model(fresh))));
            } else if (before != null && before.sha().equals(source.sha())) {
                parts.put(source.file(), before);
            }
        }
        return parts;
    }

    private static List<Problem> duplicates(List<RuleInfo> rules) {
        var problems = new ArrayList<Problem>();
        var first = new HashMap<String, RuleInfo>();
        for (RuleInfo rule : rules) {
            RuleInfo other = first.putIfAbsent(rule.id(), rule);
            if (other != null) {
                problems.add(new Problem(rule.file(), rule.line(), 1, rule.name(), "the @id '" + rule.id()
                        + "' is taken by " + other.file() + ":" + other.line() + ", ids are unique in the folder"));
            } else if (Set.of("engine", "policy").contains(rule.id())) {
                problems.add(new Problem(rule.file(), rule.line(), 1, rule.name(),
                        "the @id '" + rule.id() + "' is reserved for the gateway itself"));
            }
        }
        return problems;
    }

    private static long since(long start) {
        return (System.nanoTime() - start) / 1_000_000;
    }
}
