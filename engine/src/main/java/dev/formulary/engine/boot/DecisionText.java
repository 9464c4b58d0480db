package dev.formulary.engine.boot;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.engine.decision.Explanation;

/// A decision as people read it.
final class DecisionText {
    private final StringBuilder text = new StringBuilder();

    private DecisionText() {}

    static boolean isAllowed(JsonNode decision) {
        return "allow".equals(decision.path("result").asText());
    }

    static String of(JsonNode decision) {
        DecisionText lines = new DecisionText();
        if (isAllowed(decision)) {
            lines.allow(decision);
        } else {
            lines.line("denied", decision.path("code").asText() + ": " + decision.path("message").asText());
        }
        decision.path("reasons").forEach(lines::reason);
        decision.path("outcome").path("attempts").forEach(lines::tried);
        decision.path("notices").forEach(notice -> lines.line("alert", notice.path("severity").asText() + " "
                + notice.path("code").asText() + ": " + notice.path("message").asText()));
        decision.path("problems").forEach(problem -> lines.line("problem", problem.asText()));
        lines.line("decision", decision.path("id").asText());
        lines.line("rules", decision.path("rules").path("hash").asText());
        return lines.text.toString().stripTrailing();
    }

    private void allow(JsonNode decision) {
        line("allowed", decision.path("model").asText());
        int place = 0;
        for (JsonNode attempt : decision.path("attempts")) {
            if (place++ > 0) {
                line("else", attempt.asText());
            }
        }
        decision.path("spared").forEach(model -> line("at last", model.asText()));
        decision.path("parameters").properties().forEach(parameter -> {
            JsonNode limit = parameter.getValue();
            line("limit", parameter.getKey() + (limit.has("preset") ? " is " + limit.path("preset").asText() : "")
                    + (limit.has("cap") ? " at most " + limit.path("cap").asText() : ""));
        });
        decision.path("on_failure").properties().forEach(one -> failure(one.getKey(), one.getValue()));
    }

    private void failure(String failure, JsonNode reaction) {
        line("failure", failure + " means " + reaction.asText());
    }

    private void tried(JsonNode one) {
        String failure = one.path("class").asText(one.path("failure").asText());
        line("tried", one.path("candidate").asText()
                + (one.path("answered").asBoolean() ? " answered in " : " failed (" + failure + ") in ")
                + one.path("ms").asLong() + " ms" + (one.has("cost_in_vain_micros")
                        ? Explanation.Attempt.inVain(one.path("cost_in_vain_micros").asLong())
                        : ""));
    }

    private void reason(JsonNode reason) {
        String subject = reason.path("subject").asText();
        String file = reason.path("file").asText();
        line("because", reason.path("rule").asText() + (file.isEmpty()
                ? ""
                : " at " + file + ":"
                        + reason.path("line").asText())
                + " says " + reason.path("verb").asText()
                + (subject.isEmpty() ? "" : " " + subject) + ": " + reason.path("text").asText());
    }

    private void line(String word, String rest) {
        text.append(word).repeat(' ', Math.max(1, 10 - word.length())).append(rest).append('\n');
    }

    /// The message of an error in any dialect.
    static String error(int status, JsonNode answer) {
        JsonNode error = answer.path("error");
        String message = error.isTextual() ? error.asText() : error.path("message").asText();
        return "the gateway answered " + status + ": " + (message.isEmpty() ? answer.toString() : message);
    }
}
