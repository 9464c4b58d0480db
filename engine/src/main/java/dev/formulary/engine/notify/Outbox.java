package dev.formulary.engine.notify;

import dev.formulary.engine.alert.Teller;
import dev.formulary.engine.alert.Telling;
import dev.formulary.engine.config.AlertChannel;
import dev.formulary.engine.config.AlertSettings;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.store.Delivery;
import dev.formulary.engine.store.Delivery.State;
import dev.formulary.engine.store.DeliveryFile;
import dev.formulary.engine.telemetry.DeliveryMeters;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is to be told of alerts. An event is written down once for each channel that is to know it, and then sent until that channel
/// has taken it, or it was tried often enough: at least once, also when the process is killed in between. Events of one alert
/// reach a channel in order; of one channel, [#AT_ONCE] are under way. Thread-safe.
public final class Outbox implements Teller, AutoCloseable {
    /// So much waits to be written down; more is not taken yet.
    static final int MOST_FRESH = 1_000;
    /// So many events wait for one channel; more make dead letters of the oldest.
    static final int MOST_WAITING = 1_000;
    /// So many events of one channel are under way.
    static final int AT_ONCE = 2;

    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
    private static final long LAST_WAIT_SECONDS = 2;
    /// A channel that fails so often for one event is reported.
    private static final int REPORTED = 3;

    private final Map<String, AlertChannel> channels;
    private final Backoff backoff;
    private final Courier courier;
    private final Surroundings around;
    private final ExecutorService executor;
    private final Pile pile;
    private final FailingChannels failing;
    private final BlockingQueue<Fresh> fresh = new ArrayBlockingQueue<>(MOST_FRESH);
    private final AtomicBoolean passing = new AtomicBoolean();
    private volatile boolean closed;

    /// What is to be written down.
    ///
    /// @param kept to be called then
    record Fresh(Telling telling, Runnable kept) {}

    /// @param node this node's name
    /// @param random makes ids of events, and chance
    /// @param alerts told of channels that fail
    public record Surroundings(String node, Clock clock, RandomGenerator random, DeliveryMeters meters,
            Consumer<Notice> alerts) {}

    /// @param file closed with this
    /// @param executor where it is sent; closed with this
    public Outbox(AlertSettings settings, DeliveryFile file, Courier courier, Surroundings around,
            ExecutorService executor) {
        var byName = new LinkedHashMap<String, AlertChannel>();
        settings.channels().forEach(each -> byName.put(each.name(), each));
        channels = Collections.unmodifiableMap(byName);
        backoff = new Backoff(settings.retry(), around.random());
        this.courier = courier;
        this.around = around;
        this.executor = executor;
        pile = new Pile(channels.keySet(), file);
        failing = new FailingChannels(around.alerts());
        around.meters().waiting(channels.keySet(), pile::waiting);
    }

    /// The channels by name, in the order of the file.
    public Map<String, AlertChannel> channels() {
        return channels;
    }

    @Override
    public boolean take(Telling telling, Runnable kept) {
        return fresh.offer(new Fresh(telling, kept));
    }

    /// Writes down what is new and sends what is due, on other threads. Call it a few times a second.
    public void tick() {
        remind();
        boolean idle = closed || (fresh.isEmpty() && pile.idle());
        if (!idle && passing.compareAndSet(false, true)) {
            start(() -> {
                try {
                    pass().forEach(this::start);
                } finally {
                    passing.set(false);
                }
            });
        }
    }

    /// Keeps alerts open of channels that fail.
    void remind() {
        failing.tick(now());
    }

    private void start(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("what is due is sent after the next start");
        }
    }

    /// Writes down what is new.
    ///
    /// @return what is to be sent now, each of which blocks
    List<Runnable> pass() {
        return pile.pass(fresh, this::rows, now()).stream().map(each -> (Runnable) () -> carry(each)).toList();
    }

    private List<Delivery> rows(Fresh what) {
        AlertEvent event = AlertEvent.of(what.telling(), around.node());
        return channels.keySet().stream().filter(what.telling().channels()::contains)
                .map(each -> row(event, each, what.telling().about())).toList();
    }

    private Delivery row(AlertEvent event, String channel, String about) {
        return Delivery.fresh(event.id(), channel, about, event.document(), now());
    }

    private String id() {
        var bytes = new byte[16];
        around.random().nextBytes(bytes);
        return "alert_" + HexFormat.of().formatHex(bytes);
    }

    private Instant now() {
        return around.clock().instant();
    }

    /// Sends it once, and writes down what came of it.
    private Delivery carry(Delivery delivery) {
        AlertEvent event = AlertEvent.known(delivery.document());
        if (event == null) {
            Delivery unknown = delivery.tried(State.DEAD, now(), now(), "another version wrote it down");
            pile.settle(unknown);
            return unknown;
        }
        Delivery after = sent(delivery, event);
        if (after == null) {
            return delivery;
        }
        pile.settle(after);
        report(after, event);
        return after;
    }

    /// Null when the process ends meanwhile; the next one sends it.
    private @Nullable Delivery sent(Delivery delivery, AlertEvent event) {
        try {
            Receipt receipt = courier.carry(new Parcel(channel(delivery.channel()), event, now()));
            return delivery.tried(State.DELIVERED, now(), now(), receipt.toString());
        } catch (UndeliveredException e) {
            return failed(delivery, event, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } catch (RuntimeException e) {
            LOG.error("an event of an alert can't be sent channel={}", delivery.channel(), e);
            return failed(delivery, event, new UndeliveredException("the gateway failed: " + e.getClass()
                    .getSimpleName()));
        }
    }

    private AlertChannel channel(String name) {
        return Objects.requireNonNull(channels.get(name));
    }

    private Delivery failed(Delivery delivery, AlertEvent event, UndeliveredException why) {
        boolean over = why.forGood() || event.type() == AlertEvent.Type.TEST;
        Instant next = over ? null : backoff.next(delivery.attempts() + 1, now(), why.waitFor());
        return next == null
                ? delivery.tried(State.DEAD, now(), now(), why.reason())
                : delivery.tried(State.WAITING, next, now(), why.reason());
    }

    private void report(Delivery after, AlertEvent event) {
        String channel = after.channel();
        switch (after.state()) {
            case DELIVERED -> {
                failing.works(channel);
                around.meters().delivered(channel);
            }
            case WAITING -> {
                LOG.info("event of an alert is not taken channel={} event={} attempts={} next={} reason=\"{}\"",
                        channel, after.event(), after.attempts(), after.due(), after.said());
                around.meters().retried(channel);
            }
            case DEAD -> {
                LOG.warn("event of an alert is a dead letter channel={} event={} attempts={} reason=\"{}\"", channel,
                        after.event(), after.attempts(), after.said());
                around.meters().dead(channel);
            }
        }
        boolean counts = event.type() != AlertEvent.Type.TEST && !AlertChannel.isFailing(event.alert().code());
        if (counts && after.state() != State.DELIVERED
                && (after.state() == State.DEAD || after.attempts() >= REPORTED)) {
            failing.failed(channel, after.said());
        }
    }

    /// Sends a test to a channel, once.
    ///
    /// @return what came of it
    /// @throws IOException when it can't be written down
    public Delivery test(String channel) throws IOException {
        AlertEvent event = AlertEvent.test(id(), channel(channel).name(), around.node(), now());
        return carry(pile.begin(row(event, channel, event.id())));
    }

    /// Lets dead letters be tried again, from the beginning.
    ///
    /// @param event of which event; null for all
    /// @param channel of which channel; null for all
    /// @return how many
    /// @throws IOException when it can't be written down
    public int resend(@Nullable String event, @Nullable String channel) throws IOException {
        int revived = pile.with(file -> file.revive(event, channel, now()));
        pile.touched();
        return revived;
    }

    /// Looks something up.
    public interface Look<T> {
        T at(DeliveryFile file) throws IOException;
    }

    /// @throws IOException when the file can't be read
    public <T> T look(Look<T> look) throws IOException {
        return pile.with(look);
    }

    /// Waits a moment for what is under way; the rest is sent after the next start.
    @Override
    public void close() throws IOException {
        closed = true;
        executor.shutdown();
        try {
            if (!executor.awaitTermination(LAST_WAIT_SECONDS, TimeUnit.SECONDS)) {
                executor.shutdownNow();
            }
        } catch (InterruptedException e) {
            executor.shutdownNow();
            Thread.currentThread().interrupt();
        }
        pile.close(fresh, this::rows, now());
    }
}
