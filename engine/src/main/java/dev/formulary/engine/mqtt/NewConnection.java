package dev.formulary.engine.mqtt;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.datatypes.MqttUtf8String;
import com.hivemq.client.mqtt.lifecycle.MqttClientDisconnectedContext;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperties;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.lifecycle.Mqtt5ClientReconnector;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5ConnectBuilder;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5RetainHandling;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A connection by MQTT 5.
final class NewConnection implements Connection {
    private static final Logger LOG = LoggerFactory.getLogger(NewConnection.class);

    private final Mqtt5AsyncClient client;
    private volatile @Nullable Mqtt5Connect unlimited;
    private volatile @Nullable Mqtt5Connect next;

    NewConnection(Mqtt5AsyncClient client) {
        this.client = client;
    }

    @Override
    public void receive(Consumer<Incoming> listener) {
        client.publishes(MqttGlobalPublishFilter.ALL, message -> listener.accept(incoming(message)), true);
    }

    private static Incoming incoming(Mqtt5Publish message) {
        List<Map.Entry<String, String>> properties = message.getUserProperties().asList().stream()
                .map(each -> Map.entry(each.getName().toString(), each.getValue().toString())).toList();
        return new Incoming(message.getTopic().toString(), message.getPayloadAsBytes(), message.isRetain(),
                message.getQos() == MqttQos.AT_MOST_ONCE,
                message.getResponseTopic().map(MqttUtf8String::toString).orElse(null),
                message.getCorrelationData().map(NewConnection::bytes).orElse(null), properties,
                new Receipt(message::acknowledge));
    }

    private static byte[] bytes(ByteBuffer buffer) {
        var bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    @Override
    public CompletableFuture<?> connect(@Nullable Outgoing will, int receiveMaximum) {
        unlimited = connect(will).build();
        Mqtt5Connect asking = connect(will).restrictions().receiveMaximum(receiveMaximum).applyRestrictions().build();
        next = asking;
        return client.connect(asking);
    }

    private static Mqtt5ConnectBuilder connect(@Nullable Outgoing will) {
        var connect = Mqtt5Connect.builder().cleanStart(false).sessionExpiryInterval(SESSION_SECONDS)
                .keepAlive(KEEP_ALIVE_SECONDS);
        return will == null ? connect : connect.willPublish(message(will, MqttQos.AT_LEAST_ONCE));
    }

    /// The client forgets the last will unless it is told again. A broker that sends more at once than it was allowed to
    /// (mosquitto 2.0 does after its restart) would do so again and again; from now on it may.
    @Override
    public void again(MqttClientDisconnectedContext lost) {
        if (lost.getCause() instanceof Mqtt5DisconnectException why
                && why.getMqttMessage().getReasonCode() == Mqtt5DisconnectReasonCode.RECEIVE_MAXIMUM_EXCEEDED) {
            LOG.warn("the broker sends more messages than it was allowed to, and may from now on");
            next = unlimited;
        }
        Mqtt5Connect connect = next;
        if (connect != null && lost.getReconnector() instanceof Mqtt5ClientReconnector reconnector) {
            reconnector.connect(connect);
        }
    }

    @Override
    public CompletableFuture<?> publish(Outgoing message) {
        var done = new CompletableFuture<Boolean>();
        var _ = client.publish(message(message, MqttQos.AT_LEAST_ONCE)).whenComplete((result, failure) -> {
            Throwable why = result == null ? failure : result.getError().orElse(null);
            if (why == null) {
                done.complete(true);
            } else {
                done.completeExceptionally(understood(why));
            }
        });
        return done;
    }

    private static Throwable understood(Throwable why) {
        return why instanceof Mqtt5PubAckException refused
                ? new BrokerRefusalException(refused.getMqttMessage().getReasonCode().toString(), refused)
                : why;
    }

    @Override
    public void tell(Outgoing message) {
        var _ = client.publish(message(message, MqttQos.AT_MOST_ONCE));
    }

    private static Mqtt5Publish message(Outgoing message, MqttQos qos) {
        var properties = Mqtt5UserProperties.builder();
        message.properties().forEach((name, value) -> {
            var _ = properties.add(name, value);
        });
        return Mqtt5Publish.builder().topic(message.topic()).qos(qos).payload(message.payload())
                .retain(message.retained())
                .contentType(message.contentType().isEmpty() ? null : message.contentType())
                .correlationData(message.correlation()).userProperties(properties.build()).build();
    }

    @Override
    public CompletableFuture<?> subscribe(String filter, boolean retained) {
        return client.subscribeWith().topicFilter(filter).qos(MqttQos.AT_LEAST_ONCE)
                .retainHandling(retained ? Mqtt5RetainHandling.SEND : Mqtt5RetainHandling.DO_NOT_SEND)
                .retainAsPublished(true).send();
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
