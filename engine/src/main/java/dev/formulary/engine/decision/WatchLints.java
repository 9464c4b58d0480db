package dev.formulary.engine.decision;

import com.github.javaparser.ast.expr.BinaryExpr;
import java.util.regex.Pattern;

/// Finds what is odd in a rule that watches.
final class WatchLints {
    private static final Pattern METRIC = Pattern.compile("\\bmetric\\b");
    private static final int PLAIN_ALERT = 3;

    private WatchLints() {}

    static void look(RuleTree rule, Lints.Sink sink) {
        for (RuleTree.Part part : rule.parts()) {
            RuleTree.Pattern pattern = part.pattern();
            if (pattern != null && pattern.type().equals("Signal")
                    && pattern.conditions().stream().noneMatch(asked -> METRIC.matcher(asked.text()).find())) {
                sink.add(rule, part.line(), "Signal", "any-metric",
                        "the rule asks for signals whatever they measure; say "
                                + "which, for example metric == Metric.HOST_CPU");
            }
        }
        for (RuleTree.Call call : rule.calls()) {
            boolean plain = call.verb().equals("alert") && call.arguments().size() == PLAIN_ALERT;
            if (plain && call.arguments().get(1) instanceof BinaryExpr) {
                sink.add(rule, call.line(), "alert", "resource-in-code", "what the alert is about stands in its code; "
                        + "write decision.alert(severity, code, resource, message), so that people can silence and group by it");
            }
        }
    }
}
