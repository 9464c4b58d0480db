package dev.formulary.engine.boot;

import dev.formulary.engine.decision.Coverage;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/// Shows what scenarios try.
final class CoverageText {
    private CoverageText() {}

    static void print(Coverage coverage, PrintWriter out) {
        for (Coverage.OfRule rule : coverage.rules()) {
            out.println(rule.file() + ":" + rule.line() + " " + rule.id() + " "
                    + (rule.fired() == 0
                            ? "never fired"
                            : "fired in " + rule.fired() + (rule.fired() == 1 ? " scenario" : " scenarios")));
            for (Coverage.OfCondition condition : rule.conditions()) {
                String missing = missing(condition);
                if (!missing.isEmpty()) {
                    out.println("  " + rule.file() + ":" + condition.line() + " " + missing + ": " + condition.text());
                }
            }
        }
        share(out, "rules", coverage.ofRules());
        if (coverage.ofRows().all() > 0) {
            share(out, "rows of tables", coverage.ofRows());
        }
        share(out, "outcomes of conditions", coverage.ofConditions());
    }

    private static String missing(Coverage.OfCondition condition) {
        if (!condition.measured()) {
            return "not measured";
        }
        return condition.seenTrue()
                ? condition.seenFalse() ? "" : "never false"
                : condition.seenFalse() ? "never true" : "never looked at";
    }

    private static void share(PrintWriter out, String what, Coverage.Share share) {
        out.println(what + ": " + share.covered() + " of " + share.all() + " (" + share.percent() + " %)");
    }

    static Map<String, Object> json(Coverage coverage) {
        var document = new LinkedHashMap<String, Object>();
        document.put("rules", share(coverage.ofRules()));
        document.put("rows", share(coverage.ofRows()));
        document.put("conditions", share(coverage.ofConditions()));
        document.put("byRule", coverage.rules());
        return document;
    }

    private static Map<String, Integer> share(Coverage.Share share) {
        return Map.of("covered", share.covered(), "all", share.all(), "percent", share.percent());
    }
}
