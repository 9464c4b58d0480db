package dev.formulary.routes;

import static org.awaitility.Awaitility.await;

import dev.formulary.engine.alert.Alerts;
import dev.formulary.engine.alert.Telling;
import dev.formulary.engine.config.AlertSettings;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.decision.Policy;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Reading;
import dev.formulary.engine.notify.Outbox;
import dev.formulary.engine.statistics.Baselines;
import dev.formulary.engine.statistics.Trends;
import dev.formulary.engine.store.DeliveryFile;
import dev.formulary.engine.telemetry.Metrics;
import dev.formulary.engine.transport.Threads;
import dev.formulary.engine.vitals.SignalBook;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;

/// All that leads from what is measured to what real receivers are told, on a clock that a test moves: series, shipped rules,
/// the life of alerts, what waits to be told, shipped routes.
final class IncidentRun implements AutoCloseable {
    /// Longer than those that come one after another wait to be told together.
    private static final int SETTLING = 4;

    final QuietWorld world;
    final Duration every;
    private final Path data;
    private final Receivers receivers;
    private final Policy policy;
    private final SignalBook book;
    private final Shipped shipped;
    private final AlertSettings settings;
    private final List<Telling> tellings = new ArrayList<>();
    private Alerts alerts;
    private Outbox outbox;
    private Instant now;
    private List<Reading> readings = List.of();
    private List<Notice> notices = List.of();
    private List<String> open = List.of();
    private int settling;

    /// @param every from one round of sensors and rules to the next
    IncidentRun(Path home, Instant start, Duration every, long seed) throws Exception {
        this.every = every;
        now = start;
        world = new QuietWorld(seed);
        data = Files.createDirectories(home.resolve("data"));
        receivers = new Receivers(home.resolve("broker"));
        policy = new Policy(Path.of("../rules"), new Settings.Policy(false, 1_000, Duration.ofSeconds(5)), null,
                _ -> {});
        policy.load();
        book = new SignalBook(every, Baselines::at, Trends::of);
        book.from("world", () -> readings);
        settings = new AlertSettings(receivers.channels(), AlertSettings.USUAL.retry());
        shipped = new Shipped(home).alerts(settings).broker(receivers.broker.settings()).withoutInbox().start();
        await().until(() -> shipped.status("mqtt.yaml").message().isEmpty());
        alerts = begin();
        outbox = tellBy(alerts);
    }

    private Alerts begin() {
        return Alerts.open(settings, data, new Random(now.toEpochMilli()), now);
    }

    private Outbox tellBy(Alerts told) {
        var fresh = new Outbox(settings, new DeliveryFile(data, data), shipped.routes().courier(),
                new Outbox.Surroundings("home", new Standing(), new Random(now.toEpochMilli()),
                        new Metrics().deliveries(), notice -> told.raise(notice, now)),
                Threads.perTask("incidents"));
        told.tellBy((telling, kept) -> {
            if (tellings.stream().noneMatch(each -> each.id().equals(telling.id()))) {
                tellings.add(telling);
            }
            return fresh.take(telling, kept);
        });
        return fresh;
    }

    /// As after kill -9: nobody closes what is written down.
    void kill() throws IOException {
        settle();
        outbox.close();
        alerts = begin();
        outbox = tellBy(alerts);
    }

    Instant now() {
        return now;
    }

    Receivers receivers() {
        return receivers;
    }

    List<String> problems() {
        return policy.report().problems().stream().map(Object::toString).toList();
    }

    /// What holds by the last round.
    List<Notice> notices() {
        return notices;
    }

    /// Lets some time go by.
    void run(Duration time) {
        run(time, (_, _) -> {});
    }

    /// Lets some time go by, in which something goes on.
    ///
    /// @param happening is called before each round with the time since the beginning
    void run(Duration time, BiConsumer<QuietWorld, Duration> happening) {
        Instant start = now;
        Instant end = now.plus(time);
        while (now.isBefore(end)) {
            now = now.plus(every);
            happening.accept(world, Duration.between(start, now));
            round();
        }
        settle();
    }

    private void round() {
        readings = world.readings(now);
        book.tick(now);
        var situation = world.situation(now, readings, alerts.openCodes());
        notices = policy.watch(situation, world.candidates(readings), book.signals(now));
        alerts.observe(notices, now);
        alerts.tick(now);
        List<String> next = alerts.open().stream().map(each -> each.code() + each.resource() + each.severity()
                + each.flapping()).sorted().toList();
        settling = next.equals(open) ? Math.max(0, settling - 1) : SETTLING;
        open = next;
        if (settling > 0) {
            settle();
        }
    }

    /// Waits until all that is to be told has come to whom it is to be told.
    void settle() {
        int expected = tellings.stream().mapToInt(each -> each.channels().size()).sum();
        await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(2)).until(() -> {
            if (receivers.count() >= expected) {
                return true;
            }
            outbox.tick();
            return false;
        });
    }

    @Override
    public void close() throws IOException {
        outbox.close();
        alerts.close();
        shipped.close();
        policy.close();
        receivers.close();
    }

    /// The clock of the run.
    private final class Standing extends Clock {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
