package dev.formulary.engine.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.formulary.engine.MutableClock;
import dev.formulary.engine.alert.OpenAlert;
import dev.formulary.engine.alert.Telling;
import dev.formulary.engine.config.AlertSettings;
import dev.formulary.engine.facts.Severity;
import dev.formulary.engine.store.DeliveryFile;
import dev.formulary.engine.telemetry.Metrics;
import dev.formulary.engine.transport.Threads;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Many threads see alerts open while channels fail now and then: all is told, and never too much at once.
class OutboxStormTest {
    private static final int THREADS = 4;
    private static final int EACH = 100;

    @TempDir
    Path folder;
    private final MutableClock clock = new MutableClock(Channels.NOON);
    private final Map<String, AtomicInteger> underWay = new ConcurrentHashMap<>();
    private final Set<String> told = ConcurrentHashMap.newKeySet();
    private final AtomicInteger most = new AtomicInteger();
    private final AtomicInteger tries = new AtomicInteger();

    private Receipt carry(Parcel parcel) throws UndeliveredException {
        String channel = parcel.channel().name();
        AtomicInteger here = underWay.computeIfAbsent(channel, _ -> new AtomicInteger());
        most.accumulateAndGet(here.incrementAndGet(), Math::max);
        try {
            if (tries.incrementAndGet() % 3 == 0) {
                throw new UndeliveredException("busy");
            }
            told.add(channel + " " + parcel.event().alert().code());
            return new Receipt("test", "taken");
        } finally {
            here.decrementAndGet();
        }
    }

    @Test
    void allIsToldToBothChannelsByFewAtATime() throws Exception {
        var settings = new AlertSettings(List.of(Channels.channel("one"), Channels.channel("two")),
                new AlertSettings.Retry(50, Duration.ofSeconds(1), Duration.ofSeconds(2)));
        try (var metrics = new Metrics();
                var outbox = new Outbox(settings, new DeliveryFile(folder, folder), this::carry,
                        new Outbox.Surroundings("hall", clock, new Random(7), metrics.deliveries(), _ -> {}),
                        Threads.perTask("storm"));
                var callers = Threads.perTask("callers")) {
            for (int thread = 0; thread < THREADS; thread++) {
                int number = thread;
                callers.execute(() -> {
                    for (int i = 0; i < EACH; i++) {
                        outbox.take(Channels.telling(Telling.Kind.OPENED, new OpenAlert("r", number + "-" + i,
                                Severity.WARNING, "it is so", Channels.NOON, Channels.NOON, 1), Set.of("one", "two")),
                                () -> {});
                    }
                });
            }
            await().atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofMillis(1)).until(() -> {
                clock.advance(Duration.ofSeconds(1));
                outbox.tick();
                return told.size() == 2 * THREADS * EACH;
            });
            assertThat(most.get()).isLessThanOrEqualTo(Outbox.AT_ONCE);
        }
    }
}
