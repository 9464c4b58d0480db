package dev.formulary.engine.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.formulary.engine.facts.Answer;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/// Answers of the management API.
final class Replies {
    static final String JSON = "application/json";
    private static final int LONGEST = 60;
    private static final Map<String, String> HEADERS = Map.of("Cache-Control", "no-store", "X-Content-Type-Options",
            "nosniff");

    private Replies() {}

    static Answer.Whole error(int status, String code, String message) {
        return of(status, Map.of("error", new TreeMap<>(Map.of("code", code, "message", message))));
    }

    static Answer.Whole of(int status, Map<String, ?> json) {
        try {
            return whole(status, JSON, Json.write(json));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("strings can always be written", e);
        }
    }

    static Answer.Whole whole(int status, String contentType, byte[] body) {
        return new Answer.Whole(status, contentType, HEADERS, body);
    }

    /// What a document has to show for a query: an answer where it depends on that.
    static Object shown(Supplier<?> document, Query query) {
        if (!(document instanceof Report report)) {
            return document.get();
        }
        try {
            Report.Content content = report.of(name -> query.text(name, ""));
            return whole(200, content.type(), content.body());
        } catch (IllegalArgumentException e) {
            return error(400, "invalid_parameter", String.valueOf(e.getMessage()));
        }
    }

    static Answer shown(Object document) throws JsonProcessingException {
        return document instanceof Answer answer ? answer : whole(200, JSON, Json.write(document));
    }

    static Answer.Whole with(Answer.Whole answer, String header, String value) {
        Map<String, String> headers = new TreeMap<>(answer.headers());
        headers.put(header, value);
        return new Answer.Whole(answer.status(), answer.contentType(), headers, answer.body());
    }

    /// What a stranger wrote, fit for a log line.
    static String clean(String text) {
        return text.length() > LONGEST || !text.chars().allMatch(c -> c > ' ' && c < 127) ? "(odd)" : text;
    }
}
