package dev.formulary.engine.notify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.engine.alert.AlertChange;
import dev.formulary.engine.alert.OpenAlert;
import dev.formulary.engine.facts.Severity;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What is told of an alert. The id stays the same however often it is told, so that a receiver can leave out what it knows.
///
/// @param id of this event
/// @param type what happened
/// @param at when
/// @param node at which node
/// @param alert what it is about
public record AlertEvent(String id, Type type, Instant at, String node, OpenAlert alert) {
    /// Of the document; it changes when a member means something else or is gone.
    static final int VERSION = 1;
    private static final JsonMapper JSON = new JsonMapper();
    private static final int LONGEST = 2_000;

    /// What happened.
    public enum Type {
        /// An alert is open.
        OPENED,
        /// It is more severe than before.
        WORSENED,
        /// It is over.
        RESOLVED,
        /// Nothing; somebody wants to know whether the channel works.
        TEST;

        /// As it stands in documents.
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /// Whether an alert is open then.
        boolean isOpen() {
            return this == OPENED || this == WORSENED;
        }

        static Type of(AlertChange.Kind kind) {
            return switch (kind) {
                case OPENED -> OPENED;
                case WORSENED -> WORSENED;
                case RESOLVED -> RESOLVED;
            };
        }
    }

    static AlertEvent of(String id, AlertChange change, String node) {
        return new AlertEvent(id, Type.of(change.kind()), change.at(), node, change.alert());
    }

    static AlertEvent test(String id, String channel, String node, Instant now) {
        return new AlertEvent(id, Type.TEST, now, node, new OpenAlert("engine", "test", Severity.INFO,
                "this is a test of the channel '" + channel + "'", now, now, 1));
    }

    /// Events that are about the same are told in the order in which they happened.
    String about() {
        return type == Type.TEST ? id : alert.code() + "\n" + alert.rule();
    }

    /// One line.
    public String title() {
        String code = alert.code() + " (" + node + ")";
        return switch (type) {
            case OPENED -> capital(severity()) + ": " + code;
            case WORSENED -> "Now " + severity() + ": " + code;
            case RESOLVED -> "Resolved: " + code;
            case TEST -> "Test: " + code;
        };
    }

    /// A few lines.
    public String text() {
        return message() + "\n\nrule " + alert.rule() + ", since " + alert.firstSeen() + ", seen " + alert.count()
                + (alert.count() == 1 ? " time" : " times") + "\nevent " + id;
    }

    /// What the rule said.
    public String message() {
        return alert.message().length() <= LONGEST ? alert.message() : alert.message().substring(0, LONGEST) + "…";
    }

    /// As it stands in documents.
    public String severity() {
        return alert.severity().name().toLowerCase(Locale.ROOT);
    }

    private static String capital(String word) {
        return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
    }

    /// The document of it, one line of JSON.
    public String document() {
        ObjectNode json = JSON.createObjectNode();
        json.put("version", VERSION).put("id", id).put("event", type.word()).put("at", at.toString())
                .put("node", node);
        json.putObject("alert").put("rule", alert.rule()).put("code", alert.code()).put("severity", severity())
                .put("message", message()).put("first_seen", alert.firstSeen().toString())
                .put("last_seen", alert.lastSeen().toString()).put("count", alert.count());
        return json.toString();
    }

    /// @throws IllegalArgumentException when it is none of a version that is known here
    static AlertEvent read(String document) {
        try {
            JsonNode json = JSON.readTree(document);
            JsonNode alert = json.path("alert");
            if (json.path("version").asInt() != VERSION) {
                throw new IllegalArgumentException("not an event of version " + VERSION);
            }
            return new AlertEvent(json.path("id").asText(),
                    Type.valueOf(json.path("event").asText().toUpperCase(Locale.ROOT)),
                    Instant.parse(json.path("at").asText()), json.path("node").asText(),
                    new OpenAlert(alert.path("rule").asText(), alert.path("code").asText(),
                            Severity.valueOf(alert.path("severity").asText().toUpperCase(Locale.ROOT)),
                            alert.path("message").asText(), Instant.parse(alert.path("first_seen").asText()),
                            Instant.parse(alert.path("last_seen").asText()), alert.path("count").asLong()));
        } catch (JsonProcessingException | java.time.DateTimeException e) {
            throw new IllegalArgumentException("not an event of an alert", e);
        }
    }

    /// The same; null when it is none of a version that is known here.
    static @Nullable AlertEvent known(String document) {
        try {
            return read(document);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /// A text as a string of JSON, with its quotes.
    public static String quoted(String text) {
        return JSON.getNodeFactory().textNode(text).toString();
    }
}
