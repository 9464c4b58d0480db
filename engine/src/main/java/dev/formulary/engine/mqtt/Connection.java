package dev.formulary.engine.mqtt;

import com.hivemq.client.mqtt.lifecycle.MqttClientDisconnectedContext;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One connection to a broker, by one version of the protocol. Connects again by itself, for ever. Thread-safe.
interface Connection {
    /// How long the broker keeps what comes while this node is away; by MQTT 3.1.1 the broker alone knows.
    long SESSION_SECONDS = 86_400;
    int KEEP_ALIVE_SECONDS = 30;

    /// Who hears of what comes; to be said before connecting, as a resumed session sends at once.
    void receive(Consumer<Incoming> listener);

    /// Connects in the background.
    ///
    /// @param will what the broker says when this connection is lost, or null
    /// @param receiveMaximum how many messages the broker may send before one is acknowledged; not known by MQTT 3.1.1
    /// @return done when it is connected for the first time
    CompletableFuture<?> connect(@Nullable Outgoing will, int receiveMaximum);

    /// It was lost, and is to be made again: what to do another way then.
    default void again(MqttClientDisconnectedContext lost) {}

    /// Publishes, at least once (QoS 1).
    ///
    /// @return done when the broker has it; fails with a [BrokerRefusalException] when it does not take it
    CompletableFuture<?> publish(Outgoing message);

    /// Publishes, at most once (QoS 0).
    void tell(Outgoing message);

    /// @param retained whether to get what is retained there
    CompletableFuture<?> subscribe(String filter, boolean retained);

    void unsubscribe(String filter);

    /// Ends it in good order: the broker does not say the will.
    CompletableFuture<?> disconnect();
}
