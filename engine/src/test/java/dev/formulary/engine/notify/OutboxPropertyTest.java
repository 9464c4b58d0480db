package dev.formulary.engine.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.alert.Telling;
import dev.formulary.engine.config.AlertChannel;
import dev.formulary.engine.config.AlertSettings;
import dev.formulary.engine.facts.Severity;
import dev.formulary.engine.store.Delivery;
import dev.formulary.engine.store.Delivery.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever happens in whatever order, channels fail and processes die: each event is taken at least once or becomes a dead letter,
/// at most as often tried as is set, and what is about one alert comes in order.
class OutboxPropertyTest {
    private static final int STEPS = 400;
    private static final int ATTEMPTS = 4;
    private static final List<Telling.Kind> KINDS = List.of(Telling.Kind.values());
    private static final AlertChannel[] CHANNELS = {Channels.channel("one"), Channels.channel("two"),
            Channels.channel("three", Severity.CRITICAL, false)};

    @TempDir
    Path folder;

    private final List<Channels.Told> told = new ArrayList<>();
    private final Map<String, Integer> tries = new HashMap<>();
    private int happened;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void nothingIsLostAndNothingOvertakes(long seed) throws Exception {
        var random = new Random(seed);
        Path data = Files.createDirectories(folder.resolve("s" + seed));
        var all = next(data, Channels.NOON);
        var underWay = new ArrayList<Runnable>();
        var killed = new ArrayList<Channels>();
        for (int step = 0; step < STEPS; step++) {
            switch (random.nextInt(10)) {
                case 0, 1, 2 -> happens(all, random);
                case 3, 4, 5 -> underWay.addAll(all.outbox.pass());
                case 6, 7 -> {
                    if (!underWay.isEmpty()) {
                        refusals(all, random);
                        underWay.remove(random.nextInt(underWay.size())).run();
                        all.refusals.clear();
                    }
                }
                case 8 -> all.clock.advance(Duration.ofSeconds(random.nextInt(20)));
                default -> {
                    if (random.nextInt(4) == 0) {
                        underWay.addAll(all.outbox.pass());
                        underWay.clear();
                        told.addAll(all.told);
                        killed.add(all);
                        all = next(data, all.clock.instant());
                    }
                }
            }
            assertThat(underWay.size()).isLessThanOrEqualTo(Outbox.AT_ONCE * CHANNELS.length);
        }
        underWay.forEach(Runnable::run);
        for (int i = 0; i < 10; i++) {
            all.run();
            all.clock.advance(Duration.ofMinutes(1));
        }
        told.addAll(all.told);
        check(all.kept());
        all.close();
        for (Channels each : killed) {
            each.metrics.close();
        }
    }

    private static Channels next(Path data, Instant now) {
        var next = new Channels(data, new AlertSettings.Retry(ATTEMPTS, Duration.ofSeconds(10),
                Duration.ofSeconds(30)), CHANNELS);
        next.clock.set(now);
        return next;
    }

    private void happens(Channels all, Random random) {
        happened++;
        all.happens(KINDS.get(random.nextInt(KINDS.size())), "code-" + random.nextInt(6),
                random.nextBoolean() ? Severity.WARNING : Severity.CRITICAL);
    }

    private static void refusals(Channels all, Random random) {
        if (random.nextInt(3) == 0) {
            all.refusals.add(new UndeliveredException("busy", random.nextInt(8) == 0, random.nextInt(4) == 0
                    ? Duration.ofSeconds(random.nextInt(60))
                    : null));
        }
    }

    private void check(List<Delivery> kept) {
        assertThat(happened).isPositive();
        assertThat(kept).allMatch(each -> each.state() != State.WAITING);
        told.forEach(each -> tries.merge(each.channel() + each.event().id(), 1, Integer::sum));
        for (Delivery each : kept) {
            assertThat(each.attempts()).isBetween(1, ATTEMPTS);
            assertThat(tries.getOrDefault(each.channel() + each.event(), 0)).isGreaterThanOrEqualTo(each.attempts());
        }
        assertThat(kept.stream().map(each -> each.channel() + each.event()).toList()).containsAll(tries.keySet());
        order(kept);
    }

    /// No event is told before one that is about the same and happened earlier.
    private void order(List<Delivery> kept) {
        var firstTold = new HashMap<String, Integer>();
        var lastTold = new HashMap<String, Integer>();
        for (int i = 0; i < told.size(); i++) {
            String key = told.get(i).channel() + told.get(i).event().id();
            firstTold.putIfAbsent(key, i);
            lastTold.put(key, i);
        }
        var before = new HashMap<String, Integer>();
        for (Delivery each : kept) {
            String alert = each.channel() + "\n" + each.about();
            String key = each.channel() + each.event();
            assertThat(firstTold.get(key)).isGreaterThan(before.getOrDefault(alert, -1));
            before.put(alert, lastTold.get(key));
        }
    }
}
