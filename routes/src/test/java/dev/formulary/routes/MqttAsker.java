package dev.formulary.routes;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishBuilder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// Asks, and collects what comes back.
final class MqttAsker implements AutoCloseable {
    private final Mqtt5BlockingClient connection;
    final List<Mqtt5Publish> replies = new CopyOnWriteArrayList<>();

    MqttAsker(Mosquitto broker) {
        this(broker, "asker");
    }

    MqttAsker(Mosquitto broker, String id) {
        connection = broker.client(id).automaticReconnectWithDefaultConfig()
                .addDisconnectedListener(lost -> lost.getReconnector().resubscribeIfSessionExpired(true))
                .buildBlocking();
        connection.toAsync().publishes(MqttGlobalPublishFilter.ALL, replies::add);
        connection.connectWith().cleanStart(false).sessionExpiryInterval(600).send();
        subscribe("answers/#");
    }

    void subscribe(String filter) {
        connection.subscribeWith().topicFilter(filter).qos(MqttQos.AT_LEAST_ONCE).send();
    }

    void ask(String topic, String body, String correlation,
            UnaryOperator<Mqtt5PublishBuilder.Complete> more) {
        connection.publish(more.apply(Mqtt5Publish.builder().topic(topic).qos(MqttQos.AT_LEAST_ONCE)
                .responseTopic("answers/asker").correlationData(correlation.getBytes(StandardCharsets.UTF_8))
                .payload(body.getBytes(StandardCharsets.UTF_8))).build());
    }

    /// Publishes what says all by itself.
    void say(String topic, String body) {
        connection.publishWith().topic(topic).qos(MqttQos.AT_LEAST_ONCE)
                .payload(body.getBytes(StandardCharsets.UTF_8)).send();
    }

    /// The questions that have an answer, each once.
    Set<String> answered() {
        return replies.stream().map(reply -> StandardCharsets.UTF_8
                .decode(reply.getCorrelationData().orElseThrow()).toString()).collect(Collectors.toSet());
    }

    boolean has(String correlation) {
        return find(correlation).isPresent();
    }

    Mqtt5Publish reply(String correlation) {
        return find(correlation).orElseThrow();
    }

    private Optional<Mqtt5Publish> find(String correlation) {
        var wanted = ByteBuffer.wrap(correlation.getBytes(StandardCharsets.UTF_8));
        return replies.stream().filter(reply -> reply.getCorrelationData().filter(wanted::equals).isPresent())
                .findFirst();
    }

    @Override
    public void close() {
        connection.disconnect();
    }
}
