package dev.formulary.engine.decision;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Looks at rules without running them, for what is allowed and probably not meant. All of it are warnings.
///
/// Loops need no looking for: facts never change while a decision is made, and the gates refuse `insert`, `update`, `modify`
/// and `delete`, so that no rule makes another fire.
final class Lints {
    /// Of one kind; more than that helps nobody.
    private static final int MOST = 100;

    private final List<RuleTree> rules;
    private final WordLints words;
    private final List<Problem> found = new ArrayList<>();
    private final Map<String, Integer> counts = new HashMap<>();

    /// @param cards which models there are, or null when nobody knows
    Lints(List<RuleSource> sources, List<Scenario> scenarios, @Nullable ModelCards cards) {
        rules = sources.stream().flatMap(source -> RuleTree.of(source).stream()).toList();
        words = new WordLints(scenarios, cards);
    }

    List<Problem> all() {
        rules.forEach(this::conditions);
        rules.forEach(this::consequences);
        rules.forEach(rule -> words.look(rule, this::add));
        duplicates();
        new ConflictLints(rules).look(this::add);
        return List.copyOf(found);
    }

    /// Takes what was found.
    interface Sink {
        /// @param needle the text on that line which is meant
        void add(RuleTree rule, int line, String needle, String code, String message);
    }

    private void add(RuleTree rule, int line, String needle, String code, String message) {
        if (counts.merge(code, 1, Integer::sum) <= MOST) {
            var complaints = new Complaints(rule.source());
            complaints.add(line, needle, rule.name(), message);
            complaints.all().forEach(problem -> found.add(problem.coded(code)));
        }
    }

    /// Where a rule begins, as its author sees it.
    static String place(RuleTree rule) {
        var complaints = new Complaints(rule.source());
        complaints.add(rule.line(), "", rule.name(), "");
        return rule.source().file() + ":" + complaints.all().getFirst().line();
    }

    private void conditions(RuleTree rule) {
        if (!rule.enabled()) {
            add(rule, rule.line(), "", "disabled-rule", "the rule is not enabled, it never fires");
        }
        Map<String, List<List<Atom>>> asked = ConflictLints.asked(rule);
        for (RuleTree.Part part : rule.parts()) {
            RuleTree.Pattern pattern = part.pattern();
            String why = pattern == null || part.sign() == RuleTree.Sign.NOT
                    ? null
                    : Atom.contradiction(Alternatives.of(pattern), List.of(List.of()));
            if (pattern != null && why != null) {
                add(rule, part.line(), pattern.type(), "contradictory-conditions",
                        "the rule never fires: nothing can meet " + why);
                return;
            }
        }
        asked.forEach((type, alternatives) -> {
            String why = Atom.contradiction(alternatives, List.of(List.of()));
            if (why != null) {
                add(rule, rule.line(), "", "contradictory-conditions",
                        "the rule never fires: there is one " + type + ", and it can't meet " + why);
            }
        });
        boolean anyCall = rule.parts().stream().map(RuleTree.Part::pattern)
                .allMatch(pattern -> pattern != null && !pattern.constrained()
                        && !Set.of("Call", "Context").contains(pattern.type()));
        if (anyCall) {
            add(rule, rule.line(), "", "no-condition", rule.watches()
                    ? "the rule tells its alert on every tick, whatever is so"
                    : "the rule fires for every call; if that is meant, say so with the condition 'Call()'");
        }
        if (rule.watches()) {
            WatchLints.look(rule, this::add);
        }
    }

    private void consequences(RuleTree rule) {
        if (rule.calls().isEmpty()) {
            add(rule, rule.line(), "", "says-nothing", "the rule says nothing, what it says begins with 'decision.'");
        }
        Set<String> anyModel = new HashSet<>();
        for (RuleTree.Part part : rule.parts()) {
            if (part.pattern() != null && part.pattern().type().equals("Candidate") && !part.pattern().constrained()) {
                anyModel.add(part.pattern().variable());
            }
        }
        for (RuleTree.Call call : rule.calls()) {
            if (call.verb().equals("forbid") && call.arguments().size() == 1
                    && anyModel.contains(call.arguments().getFirst().toString())) {
                add(rule, call.line(), "forbid", "forbids-everything", "the rule forbids every model; "
                        + "say decision.deny(\"...\") with what would be right, or tell which candidates are meant");
            }
        }
    }

    private void duplicates() {
        var first = new LinkedHashMap<String, RuleTree>();
        for (RuleTree rule : rules) {
            RuleTree other = first.putIfAbsent(plain(rule), rule);
            if (other != null && !sameTable(rule, other)) {
                add(rule, rule.line(), "", "duplicate-rule", "the rule asks and says the same as '" + other.id()
                        + "' at " + place(other));
            }
        }
    }

    /// A table tells about its own rows.
    static boolean sameTable(RuleTree rule, RuleTree other) {
        return rule.source().file().equals(other.source().file()) && !rule.source().file().endsWith(".drl");
    }

    /// Conditions and consequence without spaces, with the same names for the same variables, in one order.
    private static String plain(RuleTree rule) {
        var names = new LinkedHashMap<String, String>();
        var parts = new ArrayList<String>();
        for (RuleTree.Part part : rule.parts()) {
            RuleTree.Pattern pattern = part.pattern();
            parts.add(renamed(pattern == null
                    ? part.text()
                    : part.sign() + pattern.variable() + ":" + pattern.type() + pattern.conditions().stream()
                            .map(RuleTree.Condition::text).sorted().toList(),
                    names));
        }
        return rule.source().kind().safety() + String.join(";", parts) + "=>" + renamed(rule.consequence(), names);
    }

    private static String renamed(String text, Map<String, String> names) {
        return VARIABLE.matcher(text.replaceAll("\\s+", "")).replaceAll(found -> names.computeIfAbsent(found.group(),
                _ -> "v" + names.size()));
    }

    private static final java.util.regex.Pattern VARIABLE = java.util.regex.Pattern.compile("\\$\\w+");

    /// What scenarios leave out. Needs no look at texts.
    ///
    /// @param fired ids of the rules that some scenario fired
    static List<Problem> ofScenarios(List<RuleInfo> rules, List<Scenario> scenarios, Set<String> fired) {
        var found = new ArrayList<Problem>();
        if (scenarios.isEmpty()) {
            return List.of(new Problem("", 0, 0, "", "there are no scenarios, so nothing shows what the rules do",
                    "no-scenarios"));
        }
        for (RuleInfo rule : rules) {
            if (!fired.contains(rule.id())) {
                found.add(new Problem(rule.file(), rule.line(), 1, rule.name(), "no scenario fires the rule '"
                        + rule.id() + "'", "never-fired"));
            }
        }
        var names = new HashMap<String, Scenario>();
        for (Scenario scenario : scenarios) {
            Scenario other = names.putIfAbsent(scenario.file() + '\n' + scenario.name(), scenario);
            if (other != null) {
                found.add(of(scenario, "another scenario of this file has this name, at line " + other.place().line(),
                        "duplicate-scenario"));
            }
            if (scenario.expects().size() == 1) {
                found.add(of(scenario, "the scenario expects nothing, so it can't fail", "expects-nothing"));
            }
        }
        return found.subList(0, Math.min(MOST, found.size()));
    }

    private static Problem of(Scenario scenario, String message, String code) {
        return new Problem(scenario.file(), scenario.place().line(), scenario.place().column(), scenario.name(),
                message, code);
    }
}
