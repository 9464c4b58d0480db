package dev.formulary.engine.mqtt;

import dev.formulary.engine.config.MqttSettings;
import dev.formulary.engine.transport.Threads;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The node's two connections to a broker, one for what comes in and one for what goes out: mosquitto 2.0 miscounts the receive
/// maximum of a client that does both with QoS 1. Connects once it is told to, in the background, for ever; the session outlives
/// the connection, so what is published meanwhile waits at the broker. Thread-safe.
public final class MqttLink implements Messages, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MqttLink.class);
    /// How long the broker keeps what comes while this node is away.
    public static final long SESSION_SECONDS = Connection.SESSION_SECONDS;
    private static final String NOT_YET = "not connected yet";
    private static final byte[] ONLINE = "online".getBytes(StandardCharsets.UTF_8);
    private static final byte[] OFFLINE = "offline".getBytes(StandardCharsets.UTF_8);

    private final MqttSettings broker;
    private final String statusTopic;
    private final Dialling dialling;
    private final Connection in;
    private final Connection out;
    private final ExecutorService threads = Threads.perTask("mqtt");
    private final Listeners listeners = new Listeners();
    private final List<Runnable> onConnected = new CopyOnWriteArrayList<>();
    private final Deliveries deliveries;
    private final AtomicBoolean started = new AtomicBoolean();
    private volatile boolean open;
    private final ReentrantLock subscribing = new ReentrantLock();
    private Map<String, Boolean> subscribed = Map.of();
    private volatile String inProblem = NOT_YET;
    private volatile String outProblem = NOT_YET;
    private volatile boolean draining;

    /// @throws IOException when the certificates that it is to trust can't be read
    public MqttLink(MqttSettings broker, String node) throws IOException {
        this.broker = broker;
        statusTopic = "formulary/v1/" + node + "/status";
        deliveries = new Deliveries(listeners, threads, broker.receiveMaximum());
        deliveries.own(statusTopic);
        dialling = new Dialling(broker);
        in = dialling.connection("formulary-" + node, this::inConnected,
                cause -> inProblem = disconnected(cause, inProblem));
        out = dialling.connection("formulary-" + node + "-replies", this::outConnected,
                cause -> outProblem = disconnected(cause, outProblem));
    }

    /// What messages of a shared subscription have as their topic: all that follows `$share/GROUP/`.
    public static String unshared(String filter) {
        return filter.startsWith("$share/") ? filter.split("/", 3)[2] : filter;
    }

    /// Why nothing comes in or goes out just now, or empty.
    public String problem() {
        return outProblem.isEmpty() ? inProblem : outProblem;
    }

    /// The topics where questions come in, as routes name them.
    public List<String> topics() {
        return listeners.questions();
    }

    /// Whether what is published there comes to this node itself.
    public boolean hears(String topic) {
        return listeners.find(topic) != null;
    }

    /// Whether it speaks MQTT 3.1.1, by which messages have no properties.
    public boolean former() {
        return broker.former();
    }

    /// Nothing that comes to that topic is a question: this node publishes there.
    public void own(String topic) {
        deliveries.own(topic);
    }

    @Override
    public String statusTopic() {
        return statusTopic;
    }

    /// Has somebody take the questions of a topic.
    ///
    /// @return ends it; who is at it goes on
    public Subscription serve(String filter, Taker taker) {
        return add(new Listeners.Listener(filter, true, false, taker));
    }

    @Override
    public Subscription listen(String filter, Consumer<Incoming> listener) {
        return add(new Listeners.Listener(filter, false, true, message -> {
            try {
                listener.accept(message);
            } catch (RuntimeException e) {
                LOG.error("message not understood topic={}", message.topic(), e);
            }
            message.acknowledge();
            return true;
        }));
    }

    private Subscription add(Listeners.Listener listener) {
        listeners.add(listener);
        dial();
        subscribe();
        return () -> {
            listeners.remove(listener);
            subscribe();
        };
    }

    /// Connects, in the background, once somebody waits for anything. What waits at the broker comes at once then, and what nobody
    /// waits for is lost: who is to get it should wait already. Idempotent.
    public void connect() {
        open = true;
        dial();
    }

    private void dial() {
        if (open && listeners.any() && started.compareAndSet(false, true)) {
            in.receive(deliveries::take);
            // the way out first: what waits at the broker comes at once, and its answers must find it open
            var _ = out.connect(null, broker.receiveMaximum()).thenCompose(_ -> in
                    .connect(Outgoing.plain(statusTopic, OFFLINE, true), broker.receiveMaximum()));
        }
    }

    private void inConnected() {
        LOG.info("broker connected url={}", broker.url());
        subscribing.lock();
        try {
            subscribed = Map.of();
            inProblem = "";
        } finally {
            subscribing.unlock();
        }
        subscribe();
        connected();
    }

    private void outConnected() {
        outProblem = "";
        connected();
    }

    private void connected() {
        if (problem().isEmpty() && !draining) {
            run(() -> say(ONLINE));
            onConnected.forEach(this::run);
        }
    }

    private void say(byte[] status) {
        var _ = publish(statusTopic, status, true);
    }

    private void run(Runnable action) {
        try {
            threads.execute(() -> {
                try {
                    action.run();
                } catch (RuntimeException e) {
                    LOG.error("not all was said to the broker", e);
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("the link is closing", e);
        }
    }

    @Override
    public void onConnected(Runnable action) {
        onConnected.add(action);
        if (problem().isEmpty()) {
            run(action);
        }
    }

    private String disconnected(String why, String before) {
        String now = "broker " + broker.url() + " is not connected: " + why;
        if (!now.equals(before)) {
            LOG.warn("broker not connected url={} cause={}", broker.url(), why);
        }
        return now;
    }

    private void subscribe() {
        subscribing.lock();
        try {
            if (!inProblem.isEmpty()) {
                return;
            }
            Map<String, Boolean> wanted = listeners.wanted();
            Map<String, Boolean> before = subscribed;
            subscribed = wanted;
            wanted.forEach((filter, retained) -> {
                if (!retained.equals(before.get(filter))) {
                    subscribe(filter, retained);
                }
            });
            before.keySet().stream().filter(filter -> !wanted.containsKey(filter)).forEach(in::unsubscribe);
        } finally {
            subscribing.unlock();
        }
    }

    private void subscribe(String filter, boolean retained) {
        var _ = in.subscribe(filter, retained).whenComplete((_, failure) -> {
            if (failure != null) {
                LOG.warn("topic not subscribed topic={} cause={}", filter, failure.getMessage());
            }
        });
    }

    @Override
    public CompletableFuture<?> publish(String topic, byte[] payload, boolean retained) {
        return announce(Outgoing.plain(topic, payload, retained));
    }

    /// Tells what is so, as [#publish(String, byte[], boolean)] does.
    public CompletableFuture<?> announce(Outgoing message) {
        if (!outProblem.isEmpty()) {
            return CompletableFuture.failedFuture(new IOException(outProblem));
        }
        deliveries.own(message.topic());
        return out.publish(message);
    }

    /// Publishes an answer, also while the broker is away.
    ///
    /// @return done when the broker has it; fails with a [BrokerRefusalException] when it never takes it
    public CompletableFuture<?> answer(Outgoing message) {
        return out.publish(message);
    }

    /// Publishes once, whether or not it arrives. Does not block.
    public void tell(Outgoing message) {
        out.tell(message);
    }

    /// From now on messages are left at the broker, and whoever asks is told that this node is offline.
    public void drain() {
        if (!draining) {
            draining = true;
            deliveries.end();
            say(OFFLINE);
        }
    }

    /// How many messages are being handled.
    public int inFlight() {
        return deliveries.underWay();
    }

    @Override
    public void close() {
        draining = true;
        deliveries.end();
        threads.shutdownNow();
        await(CompletableFuture.runAsync(threads::close));
        if (started.get()) {
            await(publish(statusTopic, OFFLINE, true));
            dialling.end();
            await(in.disconnect());
            await(out.disconnect());
        }
    }

    private static void await(CompletableFuture<?> done) {
        try {
            done.get(2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("broker was not connected", e);
        }
    }
}
