package dev.formulary.engine.route;

import com.fasterxml.jackson.core.JsonParseException;
import dev.formulary.engine.facts.Arrival;
import dev.formulary.engine.mqtt.Incoming;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A message that asks something, and where its answer goes.
///
/// @param topic where it came in
/// @param headers user properties as the gateway reads headers, by lower-case name
/// @param body what is asked, without what only says where the answer goes
/// @param replyTopic where the answer goes, or null when that is not said
/// @param correlation what goes back with the answer, or null
/// @param key equal for a message that comes a second time; null when it can't be known
record MqttRequest(String topic, Map<String, String> headers, byte[] body, @Nullable String replyTopic,
        byte @Nullable [] correlation, @Nullable String key) implements Arrival.HeaderLookup {
    private static final String CONTEXT = "x-formulary-context";
    private static final String SESSION = "x-formulary-session";
    private static final Set<String> SESSION_NAMES = Set.of("session", "session_id");
    private static final Set<String> PLAIN_HEADERS = Set.of("authorization", "x-api-key", "traceparent",
            "tracestate", "content-type");

    /// @param replies the beginning of the topic for answers to a client that only gives an id
    static MqttRequest of(Incoming message, String replies) {
        String topic = message.topic();
        byte[] payload = message.payload();
        Map<String, String> headers = headers(message);
        String asked = message.responseTopic();
        if (asked != null) {
            byte[] correlation = message.correlation();
            String id = correlation == null ? null : HexFormat.of().formatHex(correlation);
            return new MqttRequest(topic, headers, payload, asked, correlation, key(asked, id, payload));
        }
        return inBody(topic, headers, payload, replies);
    }

    private static MqttRequest inBody(String topic, Map<String, String> headers, byte[] payload, String replies) {
        JsonMembers members;
        try {
            members = JsonMembers.of(payload);
        } catch (JsonParseException e) {
            return new MqttRequest(topic, headers, payload, null, null, null);
        }
        String id = members.text("id");
        String replyTo = members.text("reply_to");
        String reply = replyTo != null ? replyTo : id == null ? null : replies + id;
        byte[] correlation = id == null ? null : id.getBytes(StandardCharsets.UTF_8);
        return new MqttRequest(topic, headers, members.without("reply_to", "id"),
                reply != null && plainTopic(reply) ? reply : null, correlation,
                reply == null ? null : key(reply, id, payload));
    }

    static boolean plainTopic(String topic) {
        return !topic.isEmpty() && topic.indexOf('+') < 0 && topic.indexOf('#') < 0 && topic.indexOf(0) < 0;
    }

    /// The payload is part of it: some clients give all their questions the same id.
    private static @Nullable String key(String reply, @Nullable String id, byte[] payload) {
        if (id == null) {
            return null;
        }
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(payload);
            return reply + "\n" + id + "\n" + HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static Map<String, String> headers(Incoming message) {
        Map<String, String> headers = new HashMap<>();
        for (Map.Entry<String, String> property : message.properties()) {
            String name = property.getKey().toLowerCase(Locale.ROOT);
            String value = property.getValue();
            if ((name.startsWith("x-formulary-") && !name.equals(CONTEXT)) || PLAIN_HEADERS.contains(name)) {
                headers.putIfAbsent(name, value);
            } else if (SESSION_NAMES.contains(name)) {
                headers.putIfAbsent(SESSION, value);
            } else {
                String fact = name.equals(CONTEXT) ? value : name + "=" + item(value);
                headers.merge(CONTEXT, fact, (before, more) -> before + ", " + more);
            }
        }
        return headers;
    }

    /// A value of a structured field: a word stays as it is, all else is quoted.
    private static String item(String value) {
        boolean word = !value.isEmpty() && Character.isLetterOrDigit(value.charAt(0));
        for (int i = 0; word && i < value.length(); i++) {
            char c = value.charAt(i);
            word = c < 0x7f && (Character.isLetterOrDigit(c) || "_-.:%*/".indexOf(c) >= 0);
        }
        return word ? value : '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /// The last part of the topic, which names the dialect.
    String dialect() {
        return topic.substring(topic.lastIndexOf('/') + 1);
    }

    @Override
    public @Nullable String get(String name) {
        return headers.get(name);
    }
}
