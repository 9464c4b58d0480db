package dev.formulary.engine.boot;

import com.fasterxml.jackson.databind.JsonNode;

/// A decision as people read it.
final class DecisionText {
    private DecisionText() {}

    /// Whether a plan with at least one attempt was made.
    static boolean isAllowed(JsonNode decision) {
        return "allow".equals(decision.path("decision").asText());
    }

    static String of(JsonNode decision) {
        StringBuilder text = new StringBuilder();
        if (isAllowed(decision)) {
            text.append("allowed: ").append(decision.path("model").asText()).append('\n');
            attempts(decision.path("plan").path("attempts"), text);
            decision.path("plan").path("parameters").properties().forEach(parameter -> text.append("  ")
                    .append(parameter.getKey()).append(' ').append(parameter.getValue()).append('\n'));
        } else {
            text.append("denied: ").append(decision.path("code").asText()).append(": ")
                    .append(decision.path("message").asText()).append('\n');
        }
        text.append("because\n");
        decision.path("reasons").forEach(reason -> reason(reason, text));
        decision.path("problems").forEach(problem -> text.append("  problem: ").append(problem.asText()).append('\n'));
        return text.append("decision ").append(decision.path("id").asText()).append(", rules ")
                .append(decision.path("rules").asText()).toString();
    }

    private static void attempts(JsonNode attempts, StringBuilder text) {
        int place = 1;
        for (JsonNode attempt : attempts) {
            text.append("  ").append(place++).append(". ")
                    .append(attempt.isTextual() ? attempt.asText() : attempt.path("model").asText()).append('\n');
        }
    }

    private static void reason(JsonNode reason, StringBuilder text) {
        text.append("  ").append(reason.path("verb").asText());
        append(text, " ", reason.path("subject").asText());
        append(text, ": ", reason.path("text").asText());
        String file = reason.path("file").asText();
        text.append("  (").append(reason.path("rule").asText());
        append(text, ", ", file.isEmpty() ? "" : file + ":" + reason.path("line").asInt());
        text.append(")\n");
    }

    private static void append(StringBuilder text, String before, String part) {
        if (!part.isEmpty()) {
            text.append(before).append(part);
        }
    }

    /// The message of an error in any dialect.
    static String error(int status, JsonNode answer) {
        JsonNode error = answer.path("error");
        String message = error.isTextual() ? error.asText() : error.path("message").asText();
        return "the gateway answered " + status + ": " + (message.isEmpty() ? answer.toString() : message);
    }
}
