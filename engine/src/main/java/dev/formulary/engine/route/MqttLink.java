package dev.formulary.engine.route;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.datatypes.MqttTopicFilter;
import com.hivemq.client.mqtt.lifecycle.MqttClientDisconnectedContext;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperties;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5RetainHandling;
import dev.formulary.engine.config.Secret;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.transport.Threads;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The node's two connections to a broker, one for what comes in and one for answers: mosquitto 2.0 miscounts the receive
/// maximum of a client that does both with QoS 1. Connects in the background, for ever; the session outlives the
/// connection, so what is published meanwhile waits at the broker. Thread-safe.
final class MqttLink implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MqttLink.class);
    /// How long the broker keeps what comes while this node is away.
    static final long SESSION_SECONDS = 86_400;
    private static final int KEEP_ALIVE_SECONDS = 30;
    private static final String NOT_YET = "not connected yet";

    private final Settings.Mqtt broker;
    private final @Nullable TrustManagerFactory trust;
    private final Mqtt5AsyncClient in;
    private final Mqtt5AsyncClient out;
    private final ExecutorService threads = Threads.perTask("mqtt");
    private final List<MqttConsumer> consumers = new CopyOnWriteArrayList<>();
    private final AtomicBoolean started = new AtomicBoolean();
    private volatile Set<String> subscribed = Set.of();
    private volatile String inProblem = NOT_YET;
    private volatile String outProblem = NOT_YET;
    private volatile boolean draining;

    /// @throws IOException when the certificates that it is to trust can't be read
    MqttLink(Settings.Mqtt broker, String node) throws IOException {
        this.broker = broker;
        trust = broker.ca() == null ? null : MqttTrust.of(broker.ca());
        this.in = client("formulary-" + node).addConnectedListener(_ -> connected())
                .addDisconnectedListener(lost -> inProblem = disconnected(lost, inProblem)).buildAsync();
        this.out = client("formulary-" + node + "-replies").addConnectedListener(_ -> outProblem = "")
                .addDisconnectedListener(lost -> outProblem = disconnected(lost, outProblem)).buildAsync();
    }

    private Mqtt5ClientBuilder client(String id) {
        URI url = URI.create(broker.url());
        boolean tls = "mqtts".equals(url.getScheme());
        String user = broker.user();
        var builder = MqttClient.builder().useMqttVersion5().identifier(id).serverHost(url.getHost())
                .serverPort(url.getPort() > 0 ? url.getPort() : tls ? 8883 : 1883).automaticReconnect()
                .initialDelay(200, TimeUnit.MILLISECONDS).maxDelay(5, TimeUnit.SECONDS).applyAutomaticReconnect()
                .addDisconnectedListener(lost -> lost.getReconnector().resubscribeIfSessionExpired(false)
                        .republishIfSessionExpired(true));
        if (tls) {
            builder = builder.sslConfig(MqttClientSslConfig.builder().trustManagerFactory(trust).build());
        }
        if (user == null) {
            return builder;
        }
        Secret password = broker.password();
        var login = builder.simpleAuth().username(user);
        return (password == null ? login : login.password(password.value().getBytes(StandardCharsets.UTF_8)))
                .applySimpleAuth();
    }

    /// Why nothing comes in or goes out just now, or empty.
    String problem() {
        return outProblem.isEmpty() ? inProblem : outProblem;
    }

    /// The topics that are served, as routes name them.
    List<String> topics() {
        return consumers.stream().map(MqttConsumer::topic).distinct().sorted().toList();
    }

    void add(MqttConsumer consumer) {
        consumers.addFirst(consumer);
        if (started.compareAndSet(false, true)) {
            // before connecting: a resumed session sends at once
            in.publishes(MqttGlobalPublishFilter.ALL, this::take, true);
            var connect = Mqtt5Connect.builder().cleanStart(false).sessionExpiryInterval(SESSION_SECONDS)
                    .keepAlive(KEEP_ALIVE_SECONDS);
            Mqtt5Connect asking = connect.restrictions().receiveMaximum(broker.receiveMaximum()).applyRestrictions()
                    .build();
            // the way out first: what waits at the broker comes at once, and its answers must find it open
            var _ = out.connect(connect.build()).thenCompose(_ -> in.connect(asking));
        } else {
            subscribe();
        }
    }

    void remove(MqttConsumer consumer) {
        consumers.remove(consumer);
        subscribe();
    }

    private void connected() {
        LOG.info("broker connected url={}", broker.url());
        inProblem = "";
        subscribed = Set.of();
        subscribe();
    }

    private String disconnected(MqttClientDisconnectedContext lost, String before) {
        String cause = lost.getCause().getMessage();
        String now = "broker " + broker.url() + " is not connected: " + cause;
        if (!now.equals(before)) {
            LOG.warn("broker not connected url={} cause={}", broker.url(), cause);
        }
        return now;
    }

    /// Subscribes to the fewest filters that bring all that routes wait for: a broker may send a message once for each
    /// filter that it matches. A shared subscription stands for itself: what others get of it no other filter brings.
    private void subscribe() {
        if (!inProblem.isEmpty()) {
            return;
        }
        Set<String> wanted = wanted();
        Set<String> before = subscribed;
        subscribed = wanted;
        for (String filter : wanted) {
            if (!before.contains(filter)) {
                var _ = in.subscribeWith().topicFilter(filter).qos(MqttQos.AT_LEAST_ONCE)
                        .retainHandling(Mqtt5RetainHandling.DO_NOT_SEND).retainAsPublished(true).send()
                        .whenComplete((_, failure) -> {
                            if (failure != null) {
                                LOG.warn("topic not subscribed topic={} cause={}", filter, failure.getMessage());
                            }
                        });
            }
        }
        for (String filter : before) {
            if (!wanted.contains(filter)) {
                var _ = in.unsubscribeWith().topicFilter(filter).send();
            }
        }
    }

    private Set<String> wanted() {
        Set<String> wanted = new TreeSet<>();
        List<MqttTopicFilter> all = new ArrayList<>();
        topics().forEach(topic -> all.add(MqttTopicFilter.of(topic)));
        for (MqttTopicFilter filter : all) {
            boolean covered = !filter.isShared() && all.stream()
                    .anyMatch(other -> !other.isShared() && !other.equals(filter) && other.matches(filter));
            if (!covered) {
                wanted.add(filter.toString());
            }
        }
        return wanted;
    }

    private void take(Mqtt5Publish message) {
        if (draining) {
            return; // unacknowledged: it comes again, to this node or another
        }
        String topic = message.getTopic().toString();
        if (message.isRetain() || topic.endsWith("/status")) {
            message.acknowledge();
            return;
        }
        threads.execute(() -> {
            MqttConsumer consumer = enter(topic);
            if (consumer == null) {
                LOG.warn("message dropped topic={} reason=no-route", topic);
                message.acknowledge();
                return;
            }
            try {
                consumer.handle(message);
            } finally {
                consumer.gate().leave();
            }
        });
    }

    /// The route for a topic, entered: the one that names it exactly, else the one whose pattern it fits.
    private @Nullable MqttConsumer enter(String topic) {
        while (true) {
            MqttConsumer found = find(topic);
            if (found == null || found.gate().enter()) {
                return found;
            }
        }
    }

    @Nullable
    MqttConsumer find(String topic) {
        MqttConsumer pattern = null;
        for (MqttConsumer consumer : consumers) {
            if (consumer.names(topic)) {
                return consumer;
            }
            if (pattern == null && consumer.fits(topic)) {
                pattern = consumer;
            }
        }
        return pattern;
    }

    /// Publishes an answer; done when the broker has it.
    CompletableFuture<Mqtt5PublishResult> publish(String topic, byte @Nullable [] correlation, MqttReply reply) {
        var properties = Mqtt5UserProperties.builder();
        reply.properties().forEach((name, value) -> {
            var _ = properties.add(name, value);
        });
        return out.publish(Mqtt5Publish.builder().topic(topic).qos(MqttQos.AT_LEAST_ONCE).payload(reply.body())
                .contentType(reply.contentType().isEmpty() ? null : reply.contentType()).correlationData(correlation)
                .userProperties(properties.build()).build());
    }

    /// Publishes once, whether or not it arrives. Does not block.
    void tell(String topic, byte @Nullable [] correlation, byte[] json) {
        var _ = out.publish(Mqtt5Publish.builder().topic(topic).qos(MqttQos.AT_MOST_ONCE).payload(json)
                .contentType("application/json").correlationData(correlation).build());
    }

    /// From now on messages are left at the broker.
    void drain() {
        draining = true;
    }

    int inFlight() {
        return consumers.stream().mapToInt(consumer -> consumer.gate().inside()).sum();
    }

    @Override
    public void close() {
        draining = true;
        threads.shutdownNow();
        if (started.get()) {
            disconnect(in);
            disconnect(out);
        }
    }

    private static void disconnect(Mqtt5AsyncClient client) {
        try {
            client.disconnect().get(2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("broker was not connected", e);
        }
    }
}
