package dev.formulary.engine.notify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.engine.alert.OpenAlert;
import dev.formulary.engine.alert.OpenAlert.Acknowledgement;
import dev.formulary.engine.alert.OpenAlert.State;
import dev.formulary.engine.facts.Severity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What is told of alerts as one line of JSON. Members that are new to a reader may be left out by it.
final class AlertDocument {
    /// Of the document; it changes when a member means something else or is gone.
    static final int VERSION = 1;
    private static final JsonMapper JSON = new JsonMapper();

    private AlertDocument() {}

    static String of(AlertEvent event) {
        ObjectNode json = JSON.createObjectNode();
        json.put("version", VERSION).put("id", event.id()).put("event", event.type().word())
                .put("at", event.at().toString()).put("node", event.node());
        put(json.putObject("alert"), event.alert());
        if (event.number() > 1) {
            json.put("number", event.number());
            event.alerts().forEach(each -> put(json.withArray("alerts").addObject(), each));
        }
        return json.toString();
    }

    private static void put(ObjectNode json, OpenAlert alert) {
        json.put("rule", alert.rule()).put("code", alert.code());
        if (!alert.resource().isEmpty()) {
            json.put("resource", alert.resource());
        }
        json.put("severity", alert.severity().name().toLowerCase(Locale.ROOT))
                .put("message", AlertEvent.cut(alert.message())).put("first_seen", alert.firstSeen().toString())
                .put("last_seen", alert.lastSeen().toString()).put("count", alert.count());
        Acknowledgement noted = alert.acknowledged();
        if (noted != null) {
            json.putObject("acknowledged").put("by", noted.by()).put("at", noted.at().toString())
                    .put("note", noted.note());
        }
    }

    /// @throws IllegalArgumentException when it is none of a version that is known here
    static AlertEvent read(String document) {
        try {
            JsonNode json = JSON.readTree(document);
            if (json.path("version").asInt() != VERSION) {
                throw new IllegalArgumentException("not an event of version " + VERSION);
            }
            var alerts = new ArrayList<OpenAlert>();
            for (JsonNode each : json.has("alerts") ? json.path("alerts") : List.of(json.path("alert"))) {
                alerts.add(alert(each));
            }
            return new AlertEvent(json.path("id").asText(),
                    AlertEvent.Type.valueOf(json.path("event").asText().toUpperCase(Locale.ROOT)),
                    Instant.parse(json.path("at").asText()), json.path("node").asText(), alerts,
                    json.path("number").asInt(1));
        } catch (JsonProcessingException | java.time.DateTimeException e) {
            throw new IllegalArgumentException("not an event of an alert", e);
        }
    }

    private static OpenAlert alert(JsonNode json) {
        Acknowledgement noted = noted(json.path("acknowledged"));
        return new OpenAlert(json.path("rule").asText(), json.path("code").asText(), json.path("resource").asText(),
                Severity.valueOf(json.path("severity").asText().toUpperCase(Locale.ROOT)),
                json.path("message").asText(), Instant.parse(json.path("first_seen").asText()),
                Instant.parse(json.path("last_seen").asText()), json.path("count").asLong(), noted,
                noted == null ? State.FIRING : State.ACKNOWLEDGED, "", false, List.of());
    }

    private static @Nullable Acknowledgement noted(JsonNode json) {
        return json.isObject()
                ? new Acknowledgement(json.path("by").asText(), Instant.parse(json.path("at").asText()),
                        json.path("note").asText())
                : null;
    }

    /// A text as a string of JSON, with its quotes.
    static String quoted(String text) {
        return JSON.getNodeFactory().textNode(text).toString();
    }
}
