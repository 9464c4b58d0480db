package dev.formulary.engine.boot;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.StringJoiner;

/// Writes for people what a drill has shown.
final class DrillText {
    private static final String ROW = "%-8s %6s %9s %8s %7s %5s %9s %9s   %14s   %12s";

    private DrillText() {}

    /// @param report the document of `POST /admin/drills/NAME`
    static String of(JsonNode report) {
        var lines = new StringJoiner("\n");
        lines.add("drill     " + report.path("drill").asText() + ": " + report.path("about").asText() + ", from "
                + seconds(report.path("from_ms")) + " to " + seconds(report.path("until_ms")) + "; callers wait "
                + seconds(report.path("deadline_ms")));
        lines.add("");
        lines.add(ROW.formatted("", "calls", "answered", "refused", "broken", "late", "switched", "attempts",
                "first word ms", "total ms"));
        lines.add(ROW.formatted("", "", "", "", "", "", "", "", "p50 / p99", "p50 / p99"));
        report.path("spans").forEach(span -> lines.add(row(span)));
        lines.add("");
        report.path("problems").properties().forEach(each -> lines.add("told      " + each.getValue().asLong() + " × "
                + each.getKey()));
        var models = new StringJoiner(", ");
        for (Map.Entry<String, JsonNode> each : report.path("answered_by").properties()) {
            models.add(each.getKey() + " " + each.getValue().asLong());
        }
        lines.add("answered  " + (models.length() == 0 ? "by nobody" : "by " + models));
        lines.add("words     " + report.path("doubled_words").asInt() + " twice, "
                + report.path("missing_words").asInt() + " missing");
        report.path("breakers").forEach(turn -> lines.add("breaker   " + turn.path("model").asText() + " "
                + turn.path("to").asText().replace('_', ' ') + " after " + seconds(turn.path("at_ms"))));
        lines.add("recovery  " + recovery(report.path("recovery_ms").asLong()) + ", " + report.path("held").asInt()
                + " calls, places or providers still held");
        lines.add(report.path("good").asBoolean()
                ? "good      " + report.path("verdict").asText()
                : "not good  " + report.path("verdict").asText());
        return lines.toString();
    }

    private static String row(JsonNode span) {
        return ROW.formatted(span.path("name").asText(), span.path("calls").asText(), span.path("answered").asText(),
                span.path("refused").asText(), span.path("broken").asText(), span.path("late").asText(),
                span.path("switched").asText(), span.path("attempts").asText(), both(span, "first_ms"),
                both(span, "total_ms"));
    }

    private static String both(JsonNode span, String name) {
        long median = span.path(name + "_p50").asLong();
        return median < 0 ? "-" : median + " / " + span.path(name + "_p99").asLong();
    }

    private static String recovery(long ms) {
        return ms < 0 ? "breakers did not close again" : ms == 0 ? "at once" : "after " + ms + " ms";
    }

    private static String seconds(JsonNode ms) {
        return ms.asLong() / 1_000 + "." + ms.asLong() % 1_000 / 100 + " s";
    }
}
