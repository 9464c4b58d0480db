package dev.formulary.engine.notify;

import dev.formulary.engine.MutableClock;
import dev.formulary.engine.alert.Alerts;
import dev.formulary.engine.config.AlertSettings;
import dev.formulary.engine.facts.AlertTiming;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Severity;
import dev.formulary.engine.store.DeliveryFile;
import dev.formulary.engine.telemetry.Metrics;
import dev.formulary.engine.transport.Threads;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// A process of its own in which alerts come and go until it is killed, by a clock that goes on ten seconds with each step. It
/// prints `told ID EVENT RESOURCE ...` when a channel has taken an event, and `step N`.
final class KilledAlerts {
    static final int RESOURCES = 5;
    private static final Duration STEP = Duration.ofSeconds(10);
    private static final Duration RECOVERY = Duration.ofSeconds(20);

    private KilledAlerts() {}

    /// Whether something is found at a step, the same in each process.
    static boolean isSo(int resource, int step) {
        return new Random(resource * 1_000L + step / 12).nextInt(3) == 0;
    }

    static void main(String... arguments) throws Exception {
        Path data = Path.of(arguments[0]);
        int first = Integer.parseInt(arguments[1]);
        int last = Integer.parseInt(arguments[2]);
        var clock = new MutableClock(Channels.NOON.plus(STEP.multipliedBy(first)));
        var settings = new AlertSettings(List.of(Channels.channel("one")), new AlertSettings.Retry(100,
                Duration.ofMillis(100), Duration.ofMillis(100)));
        Courier courier = parcel -> {
            var line = new StringBuilder("told " + parcel.event().id() + " " + parcel.event().type().word());
            parcel.event().alerts().forEach(each -> line.append(' ').append(each.resource()));
            System.out.println(line);
            return new Receipt("test", "taken");
        };
        try (var alerts = Alerts.open(settings, data, new Random(), clock.instant());
                var metrics = new Metrics();
                var outbox = new Outbox(settings, new DeliveryFile(data, data), courier,
                        new Outbox.Surroundings("hall", clock, new Random(), metrics.deliveries(), _ -> {}),
                        Threads.perTask("test"))) {
            alerts.tellBy(outbox);
            for (int step = first; step < last; step++) {
                Instant now = clock.instant();
                alerts.observe(found(step), now);
                alerts.tick(now);
                outbox.pass().forEach(Runnable::run);
                System.out.println("step " + step);
                clock.advance(STEP);
            }
        }
    }

    private static List<Notice> found(int step) {
        var found = new ArrayList<Notice>();
        for (int i = 0; i < RESOURCES; i++) {
            if (isSo(i, step)) {
                found.add(new Notice("r", Severity.WARNING, "error-rate", "m" + i, "it fails",
                        new AlertTiming(Duration.ZERO, RECOVERY, Duration.ZERO), false, List.of()));
            }
        }
        return found;
    }
}
