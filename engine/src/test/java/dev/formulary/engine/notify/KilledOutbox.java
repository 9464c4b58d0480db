package dev.formulary.engine.notify;

import dev.formulary.engine.alert.OpenAlert;
import dev.formulary.engine.alert.Telling;
import dev.formulary.engine.config.AlertSettings;
import dev.formulary.engine.facts.Severity;
import dev.formulary.engine.store.DeliveryFile;
import dev.formulary.engine.telemetry.Metrics;
import dev.formulary.engine.transport.Threads;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;

/// A process of its own that tells of alerts until it is killed, and prints `written CODE` when an event is written down, and
/// `told ID CODE` when its channel has taken it, which it does but every other time.
final class KilledOutbox {
    private KilledOutbox() {}

    static void main(String... folder) throws Exception {
        var random = new Random();
        Path data = Path.of(folder[0]);
        Courier courier = parcel -> {
            if (random.nextBoolean()) {
                throw new UndeliveredException("busy");
            }
            System.out.println("told " + parcel.event().id() + " " + parcel.event().alert().code());
            return new Receipt("test", "taken");
        };
        try (var metrics = new Metrics();
                var outbox = new Outbox(
                        new AlertSettings(List.of(Channels.channel("one")), new AlertSettings.Retry(100,
                                Duration.ofMillis(100), Duration.ofMillis(100))),
                        new DeliveryFile(data, data), courier,
                        new Outbox.Surroundings("hall", Clock.systemUTC(), random, metrics.deliveries(), _ -> {}),
                        Threads.perTask("test"))) {
            for (int i = 0; i < 10_000; i++) {
                Instant now = Instant.now();
                var alert = new OpenAlert("r", "c" + i, Severity.WARNING, "it is so", now, now, 1);
                outbox.take(
                        new Telling("alert_" + random.nextLong(), Telling.Kind.OPENED, now, List.of(alert), 0, "c" + i
                                + "\nr", Set.of("one")),
                        () -> {});
                List<Runnable> due = outbox.pass();
                System.out.println("written c" + i);
                due.forEach(Runnable::run);
            }
        }
    }
}
