package dev.formulary.engine.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.Arrival.Presence;
import dev.formulary.engine.facts.Occupancy;
import dev.formulary.engine.facts.Priority;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Providers that work on one accelerator have one line.
class SharedLaneTest {
    private static final List<Priority> PRIORITIES = List.of(Priority.values());
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Settings.Queue QUEUE = new Settings.Queue(200, 1);

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, String> lines = new ConcurrentHashMap<>(Map.of("local", "card", "server", "card"));
    private final Map<String, Integer> parallel = new ConcurrentHashMap<>(Map.of("card", 1, "cloud", 2));
    private final Lanes lanes = new Lanes(id -> lines.getOrDefault(id, id), line -> parallel.getOrDefault(line, 0),
            QUEUE, System::nanoTime);

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    private static Lane.Asks asks(Random random) {
        return new Lane.Asks("t" + random.nextInt(4), PRIORITIES.get(random.nextInt(4)), random.nextInt(9_000));
    }

    private Turn enter(String provider) {
        return Objects.requireNonNull(lanes.of(provider).enter(), provider);
    }

    @Test
    void whileOneHasACallTheOtherIsBusyAndWhoElseThereIsIsNot() {
        Turn first = enter("local");
        assertThat(lanes.of("server").enter()).isNull();
        Turn elsewhere = enter("cloud");
        assertThat(lanes.occupancy()).containsOnly(Map.entry("card", new Occupancy(1, 1, 0)),
                Map.entry("cloud", new Occupancy(1, 2, 0)));
        first.ignored();
        enter("server").ignored();
        elsewhere.ignored();
    }

    @Test
    void whoMayGoToBothWaitsInTheirLineOnceAndGetsTheBetter() throws Exception {
        Turn first = enter("server");
        Future<Lanes.Placed> waits = threads.submit(
                () -> lanes.await(List.of("local", "server"), asks(new Random(1)), LONG, Presence.CONSTANT));
        await().until(() -> lanes.waiting() > 0);
        assertThat(lanes.waiting()).isEqualTo(1);
        first.ignored();
        assertThat(waits.get().provider()).isEqualTo("local");
        waits.get().turn().ignored();
        assertThat(lanes.of("local").idle()).isTrue();
    }

    @Test
    void theLineStaysForAsLongAsOneOfItsProvidersDoes() {
        Lane card = lanes.of("local");
        lanes.tick(Set.of("server"));
        assertThat(lanes.of("local")).isSameAs(card);
        lanes.tick(Set.of("cloud"));
        assertThat(lanes.of("local")).isNotSameAs(card);
    }

    @Test
    void whoGetsAnAcceleratorOfItsOwnGoesThereFromItsNextCallOn() throws Exception {
        Turn first = enter("local");
        Future<Turn> waits = threads.submit(
                () -> lanes.of("local").await(asks(new Random(1)), LONG, Presence.CONSTANT));
        await().until(() -> lanes.waiting() == 1);
        lines.put("local", "other");
        lines.put("server", "other");
        parallel.put("other", 1);
        parallel.remove("card");
        lanes.tick(Set.of("local", "server"));
        assertThat(waits.isDone()).as("nobody is let in where nothing is allowed any more").isFalse();
        Turn moved = enter("server");
        assertThat(lanes.of("local").enter()).isNull();
        first.ignored();
        waits.get().ignored();
        moved.ignored();
        lanes.tick(Set.of("local", "server"));
        assertThat(lanes.occupancy()).containsOnlyKeys("other");
    }

    /// 64 threads that ask for one of the two, or for any: the card never has two calls at once, the cloud two at most and both
    /// of them often, and nothing is left behind.
    @Test
    void sixtyFourThreadsNeverHaveTwoCallsOnOneAccelerator() throws Exception {
        List<List<String>> ways = List.of(List.of("local"), List.of("server"), List.of("cloud"),
                List.of("local", "server"), List.of("server", "cloud"), List.of("cloud", "server", "local"));
        Map<String, AtomicInteger> inside = Map.of("card", new AtomicInteger(), "cloud", new AtomicInteger());
        Map<String, AtomicInteger> got = new ConcurrentHashMap<>();
        var calls = new ArrayList<Future<?>>();
        for (int thread = 0; thread < 64; thread++) {
            var random = new Random(thread);
            calls.add(threads.submit(() -> {
                for (int i = 0; i < 50; i++) {
                    Lanes.Placed placed = lanes.await(ways.get(random.nextInt(ways.size())), asks(random), LONG,
                            Presence.CONSTANT);
                    got.computeIfAbsent(placed.provider(), _ -> new AtomicInteger()).incrementAndGet();
                    String line = lines.getOrDefault(placed.provider(), placed.provider());
                    AtomicInteger there = Objects.requireNonNull(inside.get(line));
                    assertThat(there.incrementAndGet()).isLessThanOrEqualTo(parallel.getOrDefault(line, 0));
                    there.decrementAndGet();
                    placed.turn().ignored();
                }
                return null;
            }));
        }
        for (Future<?> call : calls) {
            call.get();
        }
        assertThat(got).containsOnlyKeys("local", "server", "cloud");
        assertThat(got.values().stream().mapToInt(AtomicInteger::get).sum()).isEqualTo(64 * 50);
        assertThat(lanes.waiting()).isZero();
        assertThat(lanes.occupancy().values()).allMatch(each -> each.inFlight() == 0);
    }
}
