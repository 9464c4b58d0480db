package dev.formulary.engine.notify;

import dev.formulary.engine.MutableClock;
import dev.formulary.engine.alert.OpenAlert;
import dev.formulary.engine.alert.Telling;
import dev.formulary.engine.config.AlertChannel;
import dev.formulary.engine.config.AlertSettings;
import dev.formulary.engine.config.AlertTarget;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Severity;
import dev.formulary.engine.store.Delivery;
import dev.formulary.engine.store.DeliveryFile;
import dev.formulary.engine.telemetry.Metrics;
import dev.formulary.engine.transport.Threads;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/// An outbox with channels whose answers a test gives, and a clock that it moves.
final class Channels implements AutoCloseable {
    static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    /// What came to a channel.
    record Told(String channel, AlertEvent event, Instant at) {}

    /// Ids differ from process to process.
    private static final AtomicLong SEED = new AtomicLong();
    private static final AtomicLong IDS = new AtomicLong();

    final MutableClock clock = new MutableClock(NOON);
    final List<Told> told = new CopyOnWriteArrayList<>();
    final ConcurrentLinkedDeque<UndeliveredException> refusals = new ConcurrentLinkedDeque<>();
    final List<String> written = new CopyOnWriteArrayList<>();
    final List<String> refused = new CopyOnWriteArrayList<>();
    final List<Notice> notices = new CopyOnWriteArrayList<>();
    final Metrics metrics = new Metrics();
    final Outbox outbox;

    Channels(Path folder, AlertChannel... channels) {
        this(folder, new AlertSettings.Retry(4, Duration.ofSeconds(10), Duration.ofSeconds(30)), channels);
    }

    Channels(Path folder, AlertSettings.Retry retry, AlertChannel... channels) {
        outbox = new Outbox(new AlertSettings(List.of(channels), retry), new DeliveryFile(folder, folder),
                this::carry,
                new Outbox.Surroundings("hall", clock, new Random(SEED.incrementAndGet()), metrics.deliveries(),
                        notices::add),
                Threads.perTask("test"));
    }

    private Receipt carry(Parcel parcel) throws UndeliveredException {
        told.add(new Told(parcel.channel().name(), parcel.event(), parcel.at()));
        UndeliveredException refusal = refusals.poll();
        if (refusal != null) {
            throw refusal;
        }
        return new Receipt("test", "taken");
    }

    static AlertChannel channel(String name) {
        return channel(name, Severity.WARNING, true);
    }

    static AlertChannel channel(String name, Severity severity, boolean resolved, String... codes) {
        return new AlertChannel(name, "log", severity, List.of(codes), resolved, Duration.ofSeconds(1),
                new AlertTarget.Log());
    }

    void happens(Telling.Kind kind, String code, Severity severity) {
        var alert = new OpenAlert("rule-of-it", code, severity, "it is so", clock.instant(), clock.instant(), 1);
        happens(telling(kind, alert, outbox.channels().values().stream()
                .filter(each -> each.wants(severity, code, kind == Telling.Kind.RESOLVED)
                        && !AlertChannel.failing(each.name()).equals(code))
                .map(AlertChannel::name).collect(Collectors.toSet())));
    }

    void happens(Telling telling) {
        if (!outbox.take(telling, () -> written.add(telling.id()))) {
            refused.add(telling.alert().code());
        }
    }

    static Telling telling(Telling.Kind kind, OpenAlert alert, Set<String> channels) {
        return new Telling("alert_%032x".formatted(IDS.incrementAndGet()), kind, alert.lastSeen(), List.of(alert), 0,
                alert.code() + "\n"
                        + alert.rule(),
                channels);
    }

    /// Lets all happen that is due now.
    void run() {
        for (List<Runnable> due = outbox.pass(); !due.isEmpty(); due = outbox.pass()) {
            due.forEach(Runnable::run);
        }
    }

    List<String> events() {
        return told.stream().map(each -> each.channel() + " " + each.event().type().word() + " "
                + each.event().alert().code()).toList();
    }

    /// All that is written down, the oldest first.
    List<Delivery> kept() throws IOException {
        return new ArrayList<>(outbox.look(file -> file.latest(null, 10_000))).reversed();
    }

    @Override
    public void close() throws IOException {
        outbox.close();
        metrics.close();
    }
}
