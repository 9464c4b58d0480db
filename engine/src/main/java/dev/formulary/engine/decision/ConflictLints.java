package dev.formulary.engine.decision;

import com.github.javaparser.ast.expr.Expression;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds rules that say different things about one parameter at one salience and can fire for the same call. Two rules are
/// taken to be apart only when that can be shown: their conditions on what there is once in a decision exclude each other,
/// or one asks for what the other asks not to be.
final class ConflictLints {
    /// What there is once in each decision.
    private static final Set<String> SINGLE = Set.of("Call", "Context", "Continuity", "Situation", "Host");

    private final List<RuleTree> rules;

    ConflictLints(List<RuleTree> rules) {
        this.rules = rules;
    }

    /// @param parameter what is set, or `balance`
    private record Saying(RuleTree rule, RuleTree.Call call, String parameter, double value,
            Map<String, List<List<Atom>>> asked) {}

    void look(Lints.Sink sink) {
        Map<String, List<Saying>> sayings = new LinkedHashMap<>();
        for (RuleTree rule : rules) {
            for (RuleTree.Call call : rule.calls()) {
                Saying saying = saying(rule, call);
                if (saying != null && rule.enabled()) {
                    sayings.computeIfAbsent(saying.parameter() + " " + rule.salience(), _ -> new ArrayList<>())
                            .add(saying);
                }
            }
        }
        sayings.values().forEach(same -> compare(same, sink));
    }

    private static @Nullable Saying saying(RuleTree rule, RuleTree.Call call) {
        List<Expression> arguments = call.arguments();
        boolean set = call.verb().equals("set") && arguments.size() == 2;
        boolean balance = call.verb().equals("balance") && arguments.size() == 1;
        Double value = set || balance ? Alternatives.number(arguments.getLast().toString()) : null;
        return value == null
                ? null
                : new Saying(rule, call, set ? arguments.getFirst().toString().replace("Parameter.", "") : "balance",
                        value,
                        asked(rule));
    }

    private static void compare(List<Saying> same, Lints.Sink sink) {
        for (int i = 1; i < same.size(); i++) {
            Saying one = same.get(i);
            same.subList(0, i).stream().filter(other -> conflict(one, other)).findFirst()
                    .ifPresent(other -> sink.add(one.rule(), one.call().line(), one.call().verb(), "conflicting-values",
                            "the rule says " + one.parameter() + " " + one.value() + " and '" + other.rule().id()
                                    + "' at " + Lints.place(other.rule()) + " says " + other.value()
                                    + ", both may fire for one call; tell them apart by a condition"));
        }
    }

    private static boolean conflict(Saying one, Saying other) {
        boolean sameFile = one.rule().source().file().equals(other.rule().source().file());
        boolean sameRule = sameFile && one.rule().name().equals(other.rule().name());
        return one.value() != other.value() && !sameRule && !Lints.sameTable(one.rule(), other.rule())
                && !apart(one.asked(), other.asked()) && !refutes(one.rule(), other.rule())
                && !refutes(other.rule(), one.rule());
    }

    /// What a rule asks of the facts of which there is one.
    static Map<String, List<List<Atom>>> asked(RuleTree rule) {
        var asked = new LinkedHashMap<String, List<List<Atom>>>();
        for (RuleTree.Part part : rule.parts()) {
            RuleTree.Pattern pattern = part.pattern();
            if (pattern != null && part.sign() != RuleTree.Sign.NOT && SINGLE.contains(pattern.type())) {
                asked.merge(pattern.type(), Alternatives.of(pattern), Alternatives::both);
            }
        }
        return asked;
    }

    private static boolean apart(Map<String, List<List<Atom>>> one, Map<String, List<List<Atom>>> other) {
        return one.entrySet().stream().anyMatch(entry -> other.containsKey(entry.getKey())
                && Atom.contradiction(entry.getValue(), other.get(entry.getKey())) != null);
    }

    /// Whether the first asks for a fact that the second asks not to be.
    private static boolean refutes(RuleTree one, RuleTree other) {
        List<String> there = facts(one, false);
        return facts(other, true).stream().anyMatch(there::contains);
    }

    private static List<String> facts(RuleTree rule, boolean not) {
        return rule.parts().stream()
                .filter(part -> part.pattern() != null && (part.sign() == RuleTree.Sign.NOT) == not)
                .map(part -> part.pattern() == null
                        ? ""
                        : part.pattern().type() + part.pattern().conditions().stream()
                                .filter(condition -> !condition.binding()).map(RuleTree.Condition::text).sorted()
                                .toList())
                .toList();
    }
}
