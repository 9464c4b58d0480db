package dev.formulary.engine.route;

import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.mqtt.Outgoing;
import dev.formulary.engine.transport.PlainError;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/// An answer on its way to an MQTT client.
///
/// @param properties user properties: `status` and what are headers elsewhere
record MqttReply(byte[] body, String contentType, Map<String, String> properties) {

    static MqttReply of(Answer.Whole answer) {
        Map<String, String> properties = new HashMap<>();
        properties.put("status", Integer.toString(answer.status()));
        answer.headers().forEach((name, value) -> properties.put(name.toLowerCase(Locale.ROOT), value));
        return new MqttReply(answer.body(), answer.contentType(), properties);
    }

    static MqttReply error(MqttRequest request, int status, String code, String message) {
        byte[] body = request.dialect().equals("messages")
                ? PlainError.anthropic(status, code, message)
                : PlainError.body(request.dialect().startsWith("ollama"), status, code, message);
        return of(new Answer.Whole(status, "application/json", Map.of(), body));
    }

    /// The message that brings it.
    Outgoing to(String topic, byte @Nullable [] correlation) {
        return new Outgoing(topic, body, false, contentType, correlation, properties);
    }

    int status() {
        return Integer.parseInt(properties.getOrDefault("status", "200"));
    }

    /// The stream that a route gives, when no step has made another thing of it; else null.
    static Answer.@Nullable Streamed stream(Message message) {
        ArrivalMessage arrived = ArrivalMessage.of(message);
        return arrived != null && arrived.answer() instanceof Answer.Streamed given && given.equals(message.getBody())
                ? given
                : null;
    }

    /// What a route has made of a message.
    static MqttReply of(Message message, MqttRequest request) {
        ArrivalMessage arrived = ArrivalMessage.of(message);
        Answer given = arrived == null ? null : arrived.answer();
        if (given instanceof Answer.Streamed streamed) {
            streamed.frames().close();
            return error(request, 500, "internal_error", "an answer in pieces can't go out by MQTT");
        }
        if (given instanceof Answer.Whole whole && given.equals(untouched(arrived))) {
            return of(whole);
        }
        byte[] body = message.getBody() == null ? null : message.getBody(byte[].class);
        Integer status = message.getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
        String type = given == null ? "" : given.contentType();
        return of(new Answer.Whole(status == null ? 200 : status, type, given == null ? Map.of() : given.headers(),
                body == null ? new byte[0] : body));
    }

    private static @Nullable Answer untouched(@Nullable ArrivalMessage message) {
        return message == null ? null : message.untouchedAnswer();
    }
}
