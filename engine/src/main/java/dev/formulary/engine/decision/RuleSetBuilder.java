package dev.formulary.engine.decision;

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
    private Map<String, Known> known = Map.of();

    RuleSetBuilder(CompiledStore store, List<Companion> companions) {
        this.compiler = new RuleCompiler(store);
        this.companions = companions;
    }

    private record Known(String sha, RuleBase.Part part) {}

    /// @param ruleSet null when there are problems
    /// @param activate to be run just before the rule set serves
    record Built(@Nullable RuleSet ruleSet, int rules, int scenarios, List<String> untested, List<Problem> problems,
            RuleSetReport.Times times, List<Runnable> activate) {

        static Built refused(int rules, List<Problem> problems, RuleSetReport.Times times) {
            return new Built(null, rules, 0, List.of(), problems, times, List.of());
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
        Rehearsal.Result rehearsal = Rehearsal.of(ruleSet, contents.scenarios(), output.compiled() == 0);
        var times = new RuleSetReport.Times(output.compiled(), compileMs, assembleMs, since(start),
                rehearsal.decisions());
        List<String> untested = rules.stream().map(RuleInfo::id).filter(id -> !rehearsal.fired().contains(id)).toList();
        return rehearsal.problems().isEmpty()
                ? new Built(ruleSet, rules.size(), rehearsal.scenarios(), untested, List.of(), times,
                        beside.stream().map(Companion.Prepared::activate).toList())
                : Built.refused(rules.size(), rehearsal.problems(), times);
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
                        new RuleBase.Part(source.file(), fresh, Engine.model(fresh), source)));
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
