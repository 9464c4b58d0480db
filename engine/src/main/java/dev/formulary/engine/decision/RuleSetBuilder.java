package dev.formulary.engine.decision;

import dev.formulary.engine.config.Nearest;
import dev.formulary.engine.config.Settings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Makes a rule set of a folder's contents, aside from the one that serves: compiles what is new, checks the whole,
/// runs the scenarios, warms it up. Looks for as much as can be known in one run. Not thread-safe.
final class RuleSetBuilder {
    private static final Set<String> RESERVED = Set.of("engine", "policy");

    private final RuleCompiler compiler;
    private final List<Companion> companions;
    private final Set<String> tolerated;
    private final boolean rehearsed;
    private Map<String, Known> known = Map.of();

    RuleSetBuilder(CompiledStore store, List<Companion> companions) {
        this(store, companions, Settings.Scenarios.REFUSE);
    }

    /// @param gate what becomes of a set whose scenarios fail
    RuleSetBuilder(CompiledStore store, List<Companion> companions, Settings.Scenarios gate) {
        this(store, companions, gate == Settings.Scenarios.WARN ? Set.of(ScenarioResult.FAILED) : Set.of(),
                gate != Settings.Scenarios.OFF);
    }

    /// @param tolerated codes of problems that only warn, for example `scenario`; those without which there is no rule set
    ///     can't be tolerated
    /// @param rehearsed whether scenarios are run
    RuleSetBuilder(CompiledStore store, List<Companion> companions, Set<String> tolerated, boolean rehearsed) {
        this.compiler = new RuleCompiler(store);
        this.companions = companions;
        this.tolerated = tolerated;
        this.rehearsed = rehearsed;
    }

    private record Known(String sha, RuleBase.Part part) {}

    /// @param ruleSet null when there are problems
    /// @param rules of all files that compiled
    /// @param scenarios all that could be read, whether they were run or not
    /// @param rehearsal how the scenarios went; empty when they were not run
    /// @param problems for which the folder is refused
    /// @param warnings that are known already
    /// @param lints finds more warnings, which takes a while where nothing had to be compiled
    /// @param activate to be run just before the rule set serves
    /// @param rehearsed whether scenarios were to be run
    /// @param readable the sources that the gates let others read; to read one that they refuse may take for ever
    record Built(@Nullable RuleSet ruleSet, List<RuleInfo> rules, List<Scenario> scenarios, Rehearsal.Result rehearsal,
            List<Problem> problems, List<Problem> warnings, Supplier<List<Problem>> lints, RuleSetReport.Times times,
            List<Runnable> activate, boolean rehearsed, List<RuleSource> readable) {

        int watching() {
            return (int) rules.stream().filter(RuleInfo::watches).count();
        }

        List<String> untested() {
            return rules.stream().map(RuleInfo::id)
                    .filter(id -> rehearsed && !rehearsal.fired().containsKey(id)).toList();
        }

        /// Scenarios that fail and were tolerated.
        List<Problem> failed() {
            return warnings.stream().filter(one -> one.code().equals(ScenarioResult.FAILED)).toList();
        }
    }

    Built build(RuleFolder.Contents contents) {
        long start = System.nanoTime();
        var problems = new ArrayList<Problem>();
        contents.problems().forEach(problem -> problems.add(problem.coded("folder")));
        List<Companion.Prepared> beside = companions.stream().map(one -> one.prepare(contents.files())).toList();
        beside.forEach(prepared -> prepared.problems().forEach(problem -> problems.add(problem.coded("companion"))));
        RuleCompiler.Output output = compiler.compile(contents.rules().stream().filter(this::changed).toList());
        problems.addAll(output.problems());
        List<RuleSource> readable = contents.rules().stream()
                .filter(source -> !output.refused().contains(source.file())).toList();
        // what compiled stays known, so that correcting one file does not compile the others again
        known = parts(contents.rules(), output.files());
        List<RuleInfo> rules = known.values().stream().flatMap(one -> one.part().compiled().rules().stream()).toList();
        problems.addAll(duplicates(rules));
        List<Scenario> scenarios = ScenarioReader.read(contents.scenarios(), problems);
        problems.addAll(unknown(scenarios, rules, output));
        long compileMs = since(start);

        start = System.nanoTime();
        boolean whole = contents.problems().isEmpty() && known.size() == contents.rules().size();
        RuleSet ruleSet = whole
                ? new RuleSet(contents.hash(), known.values().stream().map(Known::part).toList())
                : null;
        long assembleMs = since(start);

        start = System.nanoTime();
        Rehearsal.Result rehearsal = ruleSet == null || !rehearsed
                ? Rehearsal.Result.NONE
                : Rehearsal.of(ruleSet, scenarios);
        problems.addAll(rehearsal.problems());
        List<Problem> refusing = problems.stream().filter(one -> !tolerated.contains(one.code())).toList();
        List<Problem> warnings = new ArrayList<>(problems.stream().filter(one -> !refusing.contains(one)).toList());
        int decisions = ruleSet == null || !refusing.isEmpty()
                ? rehearsal.results().size()
                : Rehearsal.warmUp(ruleSet, scenarios, start, output.compiled() == 0);
        warnings.addAll(contents.warnings());
        contents.rules().forEach(source -> warnings.addAll(source.warnings()));
        if (ruleSet != null && rehearsed) {
            warnings.addAll(Lints.ofScenarios(rules, scenarios, rehearsal.fired().keySet()));
        }
        var times = new RuleSetReport.Times(output.compiled(), compileMs, assembleMs, since(start), decisions);
        return new Built(refusing.isEmpty() ? ruleSet : null, rules, scenarios, rehearsal, refusing, warnings,
                () -> new Lints(readable, scenarios, null).all(), times,
                beside.stream().map(Companion.Prepared::activate).toList(), rehearsed, readable);
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
                problems.add(TableProblems.at(rule.file(), rule.line(), 0, rule.name(), "the @id '" + rule.id()
                        + "' is taken by " + other.file() + ":" + other.line() + ", ids are unique in the folder")
                        .coded("duplicate-id"));
            } else if (RESERVED.contains(rule.id())) {
                problems.add(TableProblems.at(rule.file(), rule.line(), 0, rule.name(),
                        "the @id '" + rule.id() + "' is reserved for the gateway itself").coded("reserved-id"));
            }
        }
        return problems;
    }

    /// Scenarios that speak of rules that do not exist. When a file has no rules that can be read, nothing is known.
    private static List<Problem> unknown(List<Scenario> scenarios, List<RuleInfo> rules, RuleCompiler.Output output) {
        Set<String> read = Stream.concat(rules.stream(), output.seen().stream()).map(RuleInfo::file)
                .collect(Collectors.toSet());
        if (output.problems().stream().anyMatch(problem -> !read.contains(problem.file()))) {
            return List.of();
        }
        Set<String> ids = Stream.concat(rules.stream(), output.seen().stream()).map(RuleInfo::id)
                .collect(Collectors.toSet());
        var problems = new ArrayList<Problem>();
        for (Scenario scenario : scenarios) {
            for (Scenario.Named named : scenario.named()) {
                if (!ids.contains(named.rule()) && !named.rule().startsWith(Measured.PREFIX)) {
                    String nearest = Nearest.to(named.rule(), ids);
                    problems.add(new Problem(scenario.file(), named.place().line(), named.place().column(),
                            scenario.name(), "there is no rule '" + named.rule() + "'"
                                    + (nearest == null ? "" : "; did you mean '" + nearest + "'?"),
                            "unknown-rule"));
                }
            }
        }
        return problems;
    }

    private static long since(long start) {
        return (System.nanoTime() - start) / 1_000_000;
    }
}
