package dev.formulary.engine.mqtt;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.lifecycle.MqttClientDisconnectedContext;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt3.lifecycle.Mqtt3ClientReconnector;
import com.hivemq.client.mqtt.mqtt3.message.connect.Mqtt3Connect;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A connection by MQTT 3.1.1. It knows no properties, no response topics and no reasons; how many messages come before one
/// is acknowledged and how long the session lasts is the broker's to say.
final class FormerConnection implements Connection {
    private final Mqtt3AsyncClient client;
    private volatile @Nullable Mqtt3Connect asked;

    FormerConnection(Mqtt3AsyncClient client) {
        this.client = client;
    }

    @Override
    public void receive(Consumer<Incoming> listener) {
        client.publishes(MqttGlobalPublishFilter.ALL, message -> listener.accept(new Incoming(
                message.getTopic().toString(), message.getPayloadAsBytes(), message.isRetain(),
                message.getQos() == MqttQos.AT_MOST_ONCE, null, null, List.of(), new Receipt(message::acknowledge))),
                true);
    }

    @Override
    public CompletableFuture<?> connect(@Nullable Outgoing will, int receiveMaximum) {
        var connect = Mqtt3Connect.builder().cleanSession(false).keepAlive(KEEP_ALIVE_SECONDS);
        Mqtt3Connect asking = (will == null
                ? connect
                : connect.willPublish(message(will, MqttQos.AT_LEAST_ONCE))).build();
        asked = asking;
        return client.connect(asking);
    }

    /// The client forgets the last will unless it is told again.
    @Override
    public void again(MqttClientDisconnectedContext lost) {
        Mqtt3Connect asking = asked;
        if (asking != null && lost.getReconnector() instanceof Mqtt3ClientReconnector reconnector) {
            reconnector.connect(asking);
        }
    }

    @Override
    public CompletableFuture<?> publish(Outgoing message) {
        return client.publish(message(message, MqttQos.AT_LEAST_ONCE));
    }

    @Override
    public void tell(Outgoing message) {
        var _ = client.publish(message(message, MqttQos.AT_MOST_ONCE));
    }

    private static Mqtt3Publish message(Outgoing message, MqttQos qos) {
        return Mqtt3Publish.builder().topic(message.topic()).qos(qos).payload(message.payload())
                .retain(message.retained()).build();
    }

    @Override
    public CompletableFuture<?> subscribe(String filter, boolean retained) {
        return client.subscribeWith().topicFilter(filter).qos(MqttQos.AT_LEAST_ONCE).send();
    }

    @Override
    public void unsubscribe(String filter) {
        var _ = client.unsubscribeWith().topicFilter(filter).send();
    }

    @Override
    public CompletableFuture<?> disconnect() {
        return client.disconnect();
    }
}
