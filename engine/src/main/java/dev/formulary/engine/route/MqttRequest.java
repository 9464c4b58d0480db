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
/// @param id what the body calls its id, or null
/// @param key equal for a message that comes a second time; null when it can't be known
/// @param mark the same, but for messages without an id equal for all that say the same
/// @param form how it is asked
record MqttRequest(String topic, Map<String, String> headers, byte[] body, @Nullable String replyTopic,
        byte @Nullable [] correlation, @Nullable String id, @Nullable String key, String mark, Form form)
        implements
            Arrival.HeaderLookup {
    private static final String CONTEXT = "x-formulary-context";
    private static final String SESSION = "x-formulary-session";
    private static final String STREAM = "x-formulary-stream";
    private static final String MESSAGES = "messages";
    private static final String TAG = "tag";
    private static final Set<String> SESSION_NAMES = Set.of("session", "session_id");
    private static final Set<String> PLAIN_HEADERS = Set.of("authorization", "x-api-key", "traceparent",
            "tracestate", "content-type");

    /// @param inBody whether the body says where the answer goes, as MQTT 3.1.1 knows no other way
    /// @param unreadable whether nobody can know where the answer should go
    /// @param inPieces whether a stream is to come in messages of its own
    record Form(boolean inBody, boolean unreadable, boolean inPieces) {}

    /// @param replies the beginning of the topic for answers to a client that only gives an id
    static MqttRequest of(Incoming message, String replies) {
        String topic = message.topic();
        byte[] payload = message.payload();
        Map<String, String> headers = headers(message);
        boolean pieces = MESSAGES.equals(headers.get(STREAM));
        String asked = message.responseTopic();
        if (asked != null) {
            byte[] correlation = message.correlation();
            String hex = correlation == null ? null : HexFormat.of().formatHex(correlation);
            return new MqttRequest(topic, headers, pieces ? streamed(payload) : payload, asked, correlation, null,
                    hex == null ? null : key(asked, hex, payload), key(asked, hex == null ? topic : hex, payload),
                    new Form(false, false, pieces));
        }
        return inBody(topic, headers, payload, replies);
    }

    private static byte[] streamed(byte[] payload) {
        try {
            return JsonMembers.of(payload).with("stream", "true");
        } catch (JsonParseException e) {
            return payload; // whoever reads it says what is wrong
        }
    }

    private static MqttRequest inBody(String topic, Map<String, String> headers, byte[] payload, String replies) {
        JsonMembers members;
        try {
            members = JsonMembers.of(payload);
        } catch (JsonParseException e) {
            return new MqttRequest(topic, headers, payload, null, null, null, null, key("", topic, payload),
                    new Form(true, true, false));
        }
        String id = members.text("id");
        String replyTo = members.text("reply_to");
        String reply = replyTo != null ? replyTo : id == null ? null : replies + id;
        boolean pieces = MESSAGES.equals(headers.get(STREAM)) || "true".equals(members.text("stream"));
        byte[] correlation = id == null ? null : id.getBytes(StandardCharsets.UTF_8);
        byte[] bare = members.without("reply_to", "id");
        return new MqttRequest(topic, headers, pieces ? streamed(bare) : bare,
                reply != null && plainTopic(reply) ? reply : null, correlation, id,
                reply == null || id == null ? null : key(reply, id, payload),
                reply == null || id == null ? key("", topic, payload) : key(reply, id, payload),
                new Form(true, false, pieces));
    }

    boolean inBody() {
        return form.inBody;
    }

    boolean unreadable() {
        return form.unreadable;
    }

    boolean inPieces() {
        return form.inPieces;
    }

    /// What is wrong with how it is asked, or null.
    @Nullable
    String wrong() {
        String stream = headers.get(STREAM);
        return stream == null || stream.equals(MESSAGES)
                ? null
                : "the property X-Formulary-Stream has a wrong value; it must be " + MESSAGES;
    }

    static boolean plainTopic(String topic) {
        return !topic.isEmpty() && topic.indexOf('+') < 0 && topic.indexOf('#') < 0 && topic.indexOf(0) < 0;
    }

    /// The payload is part of it: some clients give all their questions the same id.
    private static String key(String reply, String id, byte[] payload) {
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
            } else if (name.equals(TAG)) {
                headers.putIfAbsent(CallTag.HEADER, value);
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
