package dev.formulary.engine.mqtt;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientBuilder;
import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.lifecycle.MqttClientDisconnectedContext;
import com.hivemq.client.mqtt.lifecycle.MqttDisconnectSource;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import dev.formulary.engine.config.MqttSettings;
import dev.formulary.engine.config.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// How the node reaches its broker: where, by which version, whom it trusts, who it says it is, and when it tries again.
/// Thread-safe.
final class Dialling {
    private final MqttSettings broker;
    private final @Nullable TrustManagerFactory trust;
    private final RandomGenerator random = RandomGenerator.getDefault();
    private volatile boolean ended;

    /// @throws IOException when the certificates that it is to trust can't be read
    Dialling(MqttSettings broker) throws IOException {
        this.broker = broker;
        trust = broker.ca() == null ? null : Trust.of(broker.ca());
    }

    /// A connection that is not there yet.
    ///
    /// @param id by which the broker knows its session
    /// @param connected called each time it is connected
    /// @param lost told why, each time it is not, also of each try that fails
    Connection connection(String id, Runnable connected, Consumer<String> lost) {
        var made = new AtomicReference<@Nullable Connection>();
        MqttClientBuilder builder = builder(id).addConnectedListener(_ -> connected.run())
                .addDisconnectedListener(context -> {
                    if (context.getSource() != MqttDisconnectSource.USER) {
                        lost.accept(why(context.getCause()));
                        again(context, made.get());
                    }
                });
        Connection connection = broker.former() ? former(builder) : current(builder);
        made.set(connection);
        return connection;
    }

    private static String why(Throwable cause) {
        boolean version = cause instanceof Mqtt5ConnAckException refused
                && refused.getMqttMessage().getReasonCode() == Mqtt5ConnAckReasonCode.UNSUPPORTED_PROTOCOL_VERSION;
        return cause.getMessage() + (version ? " Set mqtt.version: 3.1.1 for a broker that knows no other." : "");
    }

    private Connection current(MqttClientBuilder builder) {
        var client = builder.useMqttVersion5();
        String user = broker.user();
        byte @Nullable [] password = password();
        if (user != null) {
            var login = client.simpleAuth().username(user);
            client = (password == null ? login : login.password(password)).applySimpleAuth();
        }
        return new NewConnection(client.buildAsync());
    }

    private Connection former(MqttClientBuilder builder) {
        var client = builder.useMqttVersion3();
        String user = broker.user();
        byte @Nullable [] password = password();
        if (user != null) {
            var login = client.simpleAuth().username(user);
            client = (password == null ? login : login.password(password)).applySimpleAuth();
        }
        return new FormerConnection(client.buildAsync());
    }

    private MqttClientBuilder builder(String id) {
        URI url = URI.create(broker.url());
        boolean tls = "mqtts".equals(url.getScheme());
        var builder = MqttClient.builder().identifier(id).serverHost(url.getHost())
                .serverPort(url.getPort() > 0 ? url.getPort() : tls ? 8883 : 1883);
        return tls
                ? builder.sslConfig(MqttClientSslConfig.builder().trustManagerFactory(trust).build())
                : builder;
    }

    private byte @Nullable [] password() {
        Secret password = broker.password();
        return password == null ? null : password.value().getBytes(StandardCharsets.UTF_8);
    }

    private void again(MqttClientDisconnectedContext lost, @Nullable Connection connection) {
        if (ended) {
            return;
        }
        var next = lost.getReconnector();
        var _ = next.reconnect(true)
                .delay(Reconnection.delay(next.getAttempts(), random), TimeUnit.MILLISECONDS)
                // else the client would hear nothing any more of a broker that has forgotten its session
                .resubscribeIfSessionExpired(true).republishIfSessionExpired(true);
        if (connection != null) {
            connection.again(lost);
        }
    }

    /// Nothing is tried again from now on.
    void end() {
        ended = true;
    }
}
