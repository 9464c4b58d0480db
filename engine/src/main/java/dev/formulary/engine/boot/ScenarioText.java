package dev.formulary.engine.boot;

import dev.formulary.engine.decision.ScenarioResult;
import java.io.PrintWriter;
import java.util.List;

/// Prints how scenarios went: what was expected above what came out.
final class ScenarioText {
    private static final String RED = "\u001b[31m";
    private static final String GREEN = "\u001b[32m";
    private static final String PLAIN = "\u001b[0m";

    private final PrintWriter out;
    private final boolean colour;

    ScenarioText(PrintWriter out, boolean colour) {
        this.out = out;
        this.colour = colour;
    }

    void results(List<ScenarioResult> results) {
        results.stream().filter(result -> !result.passed()).forEach(this::failed);
    }

    private void failed(ScenarioResult result) {
        out.println(in(RED, "FAILED") + " " + result.file() + ":" + result.line() + " " + result.name());
        for (ScenarioResult.Difference one : result.differences()) {
            out.println("  " + one.field() + " (line " + one.line() + ")");
            out.println(in(GREEN, "    expected  " + (one.relation().equals("be") ? "" : "to " + one.relation() + " ")
                    + one.expected()));
            out.println(in(RED, "    actual    " + one.actual()));
        }
    }

    void summary(List<ScenarioResult> results, int notRun) {
        long failed = results.stream().filter(result -> !result.passed()).count();
        String text = results.size() + (results.size() == 1 ? " scenario, " : " scenarios, ") + failed + " failed"
                + (notRun > 0 ? ", " + notRun + " not run because the rules do not compile" : "");
        out.println(in(failed + notRun > 0 ? RED : GREEN, text));
    }

    private String in(String code, String text) {
        return colour ? code + text + PLAIN : text;
    }
}
