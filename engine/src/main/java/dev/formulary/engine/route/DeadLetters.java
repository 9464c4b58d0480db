package dev.formulary.engine.route;

import dev.formulary.engine.mqtt.Incoming;
import dev.formulary.engine.mqtt.MqttLink;
import dev.formulary.engine.mqtt.Outgoing;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where messages go that nobody can be told of, or that the gateway failed at: so that they are neither lost nor handled for
/// ever. Thread-safe.
final class DeadLetters {
    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);
    /// A longer message goes without its body.
    static final int MOST_BYTES = 1 << 20;

    private final MqttLink link;
    private final String topic;

    DeadLetters(MqttLink link, String topic) {
        this.link = link;
        this.topic = topic;
        link.own(topic);
    }

    /// Why a message is one.
    enum Reason {
        /// It can't be read, so that it is not known where its answer should go.
        UNREADABLE,
        /// It is larger than `server.max-body`, and does not say in a property where its answer should go.
        TOO_LARGE,
        /// Handling it failed by a fault of the gateway, as often as it is tried.
        FAILED,
        /// The broker does not take its answer.
        ANSWER_REFUSED;

        private String word() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }

    /// Sends a message there as it came; with what the reason, its topic and its size are.
    ///
    /// @param why for people, without anything that the message says
    /// @throws InterruptedException when stopped before the broker has it
    void send(Incoming message, Reason reason, String why) throws InterruptedException {
        LOG.warn("message is a dead letter topic={} reason={} why={}", message.topic(), reason.word(), why);
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("reason", reason.word());
        properties.put("why", why);
        properties.put("topic", message.topic());
        properties.put("size", Integer.toString(message.payload().length));
        byte[] body = message.payload().length > MOST_BYTES ? new byte[0] : message.payload();
        MqttDelivery.publish(link, link.former()
                ? new Outgoing(topic, json(properties, body), false, "", null, Map.of())
                : new Outgoing(topic, body, false, "", message.correlation(), properties));
    }

    private static byte[] json(Map<String, String> properties, byte[] body) {
        var json = new StringBuilder("{");
        properties
                .forEach((name, value) -> json.append('"').append(name).append("\":").append(MqttEnvelope.quoted(value))
                        .append(','));
        return json.append("\"payload\":\"").append(Base64.getEncoder().encodeToString(body)).append("\"}").toString()
                .getBytes(StandardCharsets.UTF_8);
    }
}
