package dev.formulary.engine.decision;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// Measures which conditions of rules the scenarios make true and false.
///
/// For each condition there is a probe, a rule of its own: all that stands before the condition in its rule, and the
/// condition. A condition was seen true when its probe fires in some scenario, and false when in some scenario the probe of
/// what stands before it fires more often than its own. So a condition counts only where the rule engine would come to it,
/// reading the rule from top to bottom, and a condition that guards the next does so here too.
///
/// Not measured: the single parts of `a || b`; and whether two conditions were false one without the other.
final class CoverageProbes {
    private static final Bounds BOUNDS = new Bounds(1_000_000, TimeUnit.SECONDS.toNanos(30));
    /// Files of rules have a largest size.
    private static final int RULES_PER_FILE = 200;
    /// What holds always.
    private static final String NOTHING = "";

    /// Names of probes by what they ask; apart, those of rules that watch.
    private final Map<Kind, Map<String, String>> probes = new EnumMap<>(
            Map.of(Kind.COST, new LinkedHashMap<>(), Kind.ALERT, new LinkedHashMap<>()));
    /// In each scenario, and on each tick of one, how often each probe fired; without those that could not be tried.
    private final List<Map<String, Integer>> counts = new ArrayList<>();
    private final Set<String> lost = new HashSet<>();

    /// Of the rule that is looked at.
    private Kind kind = Kind.COST;

    private CoverageProbes() {}

    /// @param before what must hold for the condition to be looked at
    /// @param with that and the condition
    /// @param once whether it may hold several times for one way in which that holds
    private record Probe(String text, int line, String before, String with, boolean once) {}

    /// @param fired in how many scenarios each rule fired, by id
    static Coverage measure(List<RuleSource> sources, List<RuleInfo> infos, List<Scenario> scenarios,
            Map<String, Integer> fired) {
        var measuring = new CoverageProbes();
        var conditions = new HashMap<String, List<Probe>>();
        for (RuleSource source : sources) {
            for (RuleTree rule : RuleTree.of(source)) {
                measuring.kind = rule.watches() ? Kind.ALERT : Kind.COST;
                conditions.put(source.file() + '\n' + rule.name(), measuring.conditions(rule));
            }
        }
        measuring.run(scenarios);
        return new Coverage(infos.stream().map(info -> new Coverage.OfRule(info.file(), info.line(), info.id(),
                info.name(), fired.getOrDefault(info.id(), 0), conditions
                        .getOrDefault(info.file() + '\n' + info.name(), List.of()).stream()
                        .map(probe -> measuring.seen(probe, info)).toList()))
                .toList());
    }

    private List<Probe> conditions(RuleTree rule) {
        var found = new ArrayList<Probe>();
        String before = NOTHING;
        for (RuleTree.Part part : rule.parts()) {
            if (part.pattern() != null) {
                conditions(before, part.pattern(), found);
            }
            String with = before + part.text() + "\n";
            if (part.sign() != RuleTree.Sign.PLAIN) {
                found.add(new Probe(part.text().replaceAll("\\s+", " "), part.line(), ask(before), ask(with),
                        part.sign() != RuleTree.Sign.OTHER));
            }
            before = with;
        }
        return found;
    }

    private void conditions(String before, RuleTree.Pattern pattern, List<Probe> found) {
        List<RuleTree.Condition> conditions = pattern.conditions();
        for (int i = 0; i < conditions.size(); i++) {
            RuleTree.Condition condition = conditions.get(i);
            if (!condition.binding()) {
                found.add(new Probe(pattern.type() + "( " + condition.text() + " )", condition.line(),
                        ask(before + pattern.text(i) + "\n"), ask(before + pattern.text(i + 1) + "\n"), true));
            }
        }
    }

    private String ask(String when) {
        Map<String, String> known = Objects.requireNonNull(probes.get(kind));
        return when.equals(NOTHING)
                ? NOTHING
                : known.computeIfAbsent(when, _ -> kind.folder().charAt(0) + Integer.toString(known.size()));
    }

    private void run(List<Scenario> scenarios) {
        var files = new ArrayList<RuleSource>();
        var names = new HashMap<String, List<String>>();
        probes.forEach((of, asked) -> write(of, asked, files, names));
        List<RuleBase.Part> parts = compile(files);
        Set<String> good = new HashSet<>(parts.stream().map(RuleBase.Part::file).toList());
        names.forEach((file, probesOfFile) -> {
            if (!good.contains(file)) {
                lost.addAll(probesOfFile);
            }
        });
        var ruleSet = new RuleSet("", parts);
        scenarios.forEach(scenario -> count(ruleSet, scenario));
    }

    private static void write(Kind of, Map<String, String> asked, List<RuleSource> files,
            Map<String, List<String>> names) {
        var text = new StringBuilder();
        var inFile = new ArrayList<String>();
        int left = asked.size();
        for (Map.Entry<String, String> probe : asked.entrySet()) {
            String name = probe.getValue();
            text.append("rule \"").append(name).append("\" @id(\"").append(name)
                    .append("\") @reason(\"probe\")\nwhen\n")
                    .append(probe.getKey()).append("then\nend\n");
            inFile.add(name);
            left--;
            if (inFile.size() == RULES_PER_FILE || left == 0) {
                String file = of.folder() + "/probes-" + files.size() + ".drl";
                files.add(RuleSource.of(file, of, text.toString()));
                names.put(file, List.copyOf(inFile));
                text.setLength(0);
                inFile.clear();
            }
        }
    }

    private static List<RuleBase.Part> compile(List<RuleSource> files) {
        var compiler = new RuleCompiler(new CompiledStore(null));
        Map<String, CompiledFile> compiled = new LinkedHashMap<>(compiler.compile(files).files());
        if (compiled.size() < files.size()) {
            files.forEach(file -> compiled.putAll(compiler.compile(List.of(file)).files()));
        }
        return files.stream().filter(source -> compiled.containsKey(source.file())).map(source -> {
            CompiledFile file = Objects.requireNonNull(compiled.get(source.file()));
            return new RuleBase.Part(source.file(), file, Engine.model(file), source);
        }).toList();
    }

    private void count(RuleSet ruleSet, Scenario scenario) {
        Timeline timeline = scenario.timeline();
        if (timeline == null) {
            Findings findings = ruleSet.deliberate(scenario.question(), BOUNDS, true);
            count(findings.fired(), findings.problems());
            return;
        }
        Timeline.Seer seer = timeline.new Seer();
        for (int tick = 0; tick < timeline.ticks(); tick++) {
            Watched watched = ruleSet.watch(seer.at(tick), BOUNDS);
            count(watched.fired(), watched.problems());
        }
    }

    private void count(List<RuleInfo> rules, List<String> problems) {
        if (problems.isEmpty()) {
            var fired = new HashMap<String, Integer>();
            rules.forEach(rule -> fired.merge(rule.id(), 1, Integer::sum));
            counts.add(fired);
        }
    }

    private Coverage.OfCondition seen(Probe probe, RuleInfo info) {
        boolean seenTrue = false;
        boolean seenFalse = false;
        for (Map<String, Integer> fired : counts) {
            int before = probe.before().equals(NOTHING) ? 1 : fired.getOrDefault(probe.before(), 0);
            int with = fired.getOrDefault(probe.with(), 0);
            seenTrue |= with > 0;
            seenFalse |= probe.once() ? before > with : before > 0 && with == 0;
        }
        return new Coverage.OfCondition(probe.text(), info.file().endsWith(".drl") ? probe.line() : info.line(),
                seenTrue, seenFalse, !lost.contains(probe.before()) && !lost.contains(probe.with()));
    }
}
