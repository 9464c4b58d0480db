package dev.formulary.engine.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.Arrival.Presence;
import dev.formulary.engine.facts.Occupancy;
import dev.formulary.engine.facts.Priority;
import dev.formulary.engine.facts.QueuePlace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LaneTest {
    private static final List<Priority> PRIORITIES = List.of(Priority.values());
    private static final Duration LONG = Duration.ofMinutes(5);

    private final AtomicLong now = new AtomicLong(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Lane lane = new Lane(new Capacity.Fixed(1), 3, now::get);

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    private static Lane.Asks asks(Priority priority) {
        return new Lane.Asks("t", priority, 100);
    }

    private Future<Turn> waits(Priority priority, int inLine) {
        Future<Turn> turn = threads.submit(() -> lane.await(asks(priority), LONG, Presence.CONSTANT));
        await().until(() -> lane.occupancy().waiting() == inLine);
        return turn;
    }

    private Turn taken() {
        Turn turn = lane.enter();
        assertThat(turn).isNotNull();
        return Objects.requireNonNull(turn);
    }

    @Test
    void onlySoManyAtOnce() {
        Turn first = taken();
        assertThat(lane.enter()).isNull();
        assertThat(lane.occupancy()).isEqualTo(new Occupancy(1, 1, 0));
        first.ignored();
        assertThat(lane.enter()).isNotNull();
    }

    @Test
    void aTurnIsGivenBackOnce() {
        Turn first = taken();
        first.answered(5);
        first.ignored();
        first.dropped(5);
        assertThat(lane.occupancy()).isEqualTo(new Occupancy(0, 1, 0));
    }

    @Test
    void whoWaitsGetsTheTurnThatAnotherGivesBackTheUrgentFirst() throws Exception {
        Turn first = taken();
        Future<Turn> batch = waits(Priority.BATCH, 1);
        Future<Turn> urgent = waits(Priority.URGENT, 2);
        first.ignored();
        Turn second = urgent.get();
        assertThat(batch.isDone()).isFalse();
        assertThat(lane.enter()).as("a newcomer does not overtake").isNull();
        second.ignored();
        batch.get().ignored();
        assertThat(lane.idle()).isTrue();
    }

    @Test
    void oneTooManyIsRefusedAtOnceAndToldWhen() throws Exception {
        Turn first = taken();
        now.addAndGet(Duration.ofSeconds(7).toNanos());
        first.ignored();
        Turn second = taken();
        List<Future<Turn>> line = List.of(waits(Priority.NORMAL, 1), waits(Priority.NORMAL, 2),
                waits(Priority.NORMAL, 3));
        assertThatThrownBy(() -> lane.await(asks(Priority.NORMAL), LONG, Presence.CONSTANT))
                .isInstanceOfSatisfying(NoTurnException.class, refused -> {
                    assertThat(refused).hasMessage("3 calls wait already");
                    // three before it and itself, seven seconds each
                    assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(28));
                });
        second.ignored();
        for (Future<Turn> each : line) {
            each.get().ignored();
        }
    }

    @Test
    void whereNobodyMayWaitABusyProviderIsToldAtOnce() throws Exception {
        var strict = new Lane(new Capacity.Fixed(1), 0, now::get);
        Turn first = Objects.requireNonNull(strict.enter());
        assertThatThrownBy(() -> strict.await(asks(Priority.URGENT), LONG, Presence.CONSTANT))
                .hasMessage("no call may wait for it");
        first.ignored();
        strict.await(asks(Priority.BATCH), LONG, Presence.CONSTANT).ignored();
        assertThat(strict.idle()).isTrue();
    }

    @Test
    void anotherNumberOfCallsHoldsFromTheNextTickAndCallsUpWhoWaits() throws Exception {
        var calls = new AtomicInteger(1);
        var lanes = new Lanes(_ -> calls.get(), new Settings.Queue(3, 0.95), now::get);
        Lane some = lanes.of("p");
        Turn first = Objects.requireNonNull(some.enter());
        assertThat(some.enter()).isNull();
        Future<Turn> second = threads.submit(() -> some.await(asks(Priority.NORMAL), LONG, Presence.CONSTANT));
        await().until(() -> lanes.waiting() == 1);
        now.addAndGet(7_000);
        assertThat(lanes.waits()).containsEntry("p", new Lane.Wait(1, 7_000))
                .containsEntry("(memory)", new Lane.Wait(0, 0));

        calls.set(2);
        lanes.tick(Set.of("p"));
        second.get().ignored();
        first.ignored();

        calls.set(0);
        lanes.tick(Set.of("p"));
        for (int i = 0; i < Capacity.Adaptive.FIRST; i++) {
            assertThat(some.enter()).as("turn %s", i).isNotNull();
        }
        assertThat(some.enter()).isNull();
    }

    @Test
    void aMoreUrgentCallTakesThePlaceOfTheLeastUrgent() throws Exception {
        Turn first = taken();
        Future<Turn> normal = waits(Priority.NORMAL, 1);
        Future<Turn> earlier = waits(Priority.BATCH, 2);
        Future<Turn> later = waits(Priority.BATCH, 3);
        Future<Turn> urgent = threads.submit(() -> lane.await(asks(Priority.URGENT), LONG, Presence.CONSTANT));
        assertThatThrownBy(later::get).isInstanceOf(ExecutionException.class).cause()
                .hasMessageStartingWith("more urgent calls took its place in the line");
        first.ignored();
        urgent.get().ignored();
        normal.get().ignored();
        earlier.get().ignored();
        assertThat(lane.idle()).isTrue();
    }

    @Test
    void whatCantMakeItIsRefusedAtOnce() {
        Turn first = taken();
        now.addAndGet(Duration.ofSeconds(20).toNanos());
        first.ignored();
        Turn second = taken();
        assertThatThrownBy(() -> lane.await(asks(Priority.NORMAL), Duration.ofSeconds(19), Presence.CONSTANT))
                .isInstanceOfSatisfying(NoTurnException.class, refused -> {
                    assertThat(refused)
                            .hasMessage("its turn would come in about 20 s, and the call has 19 s left");
                    assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(20));
                });
        assertThat(lane.occupancy().waiting()).isZero();
        second.ignored();
    }

    @Test
    void whoseTurnDoesNotComeInTimeLeavesTheLine() {
        Turn first = taken();
        assertThatThrownBy(() -> lane.await(asks(Priority.NORMAL), Duration.ofMillis(1), Presence.CONSTANT))
                .hasMessage("its turn did not come within 1 s");
        first.ignored();
        assertThat(lane.idle()).isTrue();
    }

    /// A caller who listens.
    private static final class Listener implements Presence {
        final List<QueuePlace> places = new CopyOnWriteArrayList<>();
        private final AtomicReference<Runnable> leave;

        Listener(AtomicReference<Runnable> leave) {
            this.leave = leave;
        }

        @Override
        public boolean gone() {
            return false;
        }

        @Override
        public void onGone(Runnable action) {
            leave.set(action);
        }

        @Override
        public void waits(QueuePlace place) {
            places.add(place);
        }
    }

    @Test
    void whoWaitsIsToldWhereItStandsAndInAboutHowManySeconds() throws Exception {
        Turn first = taken();
        now.addAndGet(Duration.ofSeconds(7).toNanos());
        first.ignored();
        Turn second = taken();
        Future<Turn> before = waits(Priority.NORMAL, 1);
        var listener = new Listener(new AtomicReference<>());
        Future<Turn> told = threads.submit(() -> lane.await(asks(Priority.NORMAL), LONG, listener));
        await().until(() -> listener.places.size() == 1);
        lane.tellWhereTheyStand();
        assertThat(listener.places).as("nothing has changed").containsExactly(new QueuePlace(2, 14_000));
        Future<Turn> urgent = waits(Priority.URGENT, 3);
        lane.tellWhereTheyStand();
        assertThat(listener.places).last().as("an urgent call has overtaken").isEqualTo(new QueuePlace(3, 21_000));
        second.ignored();
        urgent.get().ignored();
        before.get().ignored();
        told.get().ignored();
        lane.tellWhereTheyStand();
        assertThat(listener.places).as("it does not wait any more").hasSize(2);
    }

    @Test
    void whileNobodyKnowsHowLongCallsTakeOnlyThePlaceIsTold() throws Exception {
        Turn first = taken();
        var listener = new Listener(new AtomicReference<>());
        Future<Turn> told = threads.submit(() -> lane.await(asks(Priority.BATCH), LONG, listener));
        await().until(() -> !listener.places.isEmpty());
        assertThat(listener.places).containsExactly(new QueuePlace(1, -1));
        first.ignored();
        told.get().ignored();
    }

    @Test
    void aCallerWhoLeavesLeavesTheLine() throws Exception {
        Turn first = taken();
        var leave = new AtomicReference<Runnable>();
        Future<Turn> waits = threads.submit(() -> lane.await(asks(Priority.NORMAL), LONG, new Listener(leave)));
        await().until(() -> leave.get() != null);
        leave.get().run();
        assertThatThrownBy(waits::get).cause().isInstanceOf(InterruptedException.class);
        assertThat(lane.occupancy().waiting()).isZero();
        first.ignored();
        assertThat(lane.idle()).isTrue();
        leave.get().run();
    }

    @Test
    void anInterruptedCallLeavesTheLine() {
        Turn first = taken();
        Future<Turn> waits = waits(Priority.NORMAL, 1);
        waits.cancel(true);
        await().until(() -> lane.occupancy().waiting() == 0);
        first.ignored();
        assertThat(lane.idle()).isTrue();
    }

    @Test
    void neverMoreAtOnceAndNothingLeftBehind() throws Exception {
        var many = new Lane(new Capacity.Fixed(3), 1_000, System::nanoTime);
        var inside = new AtomicInteger();
        var most = new ConcurrentLinkedQueue<Integer>();
        var calls = new ArrayList<Future<?>>();
        for (int thread = 0; thread < 64; thread++) {
            var random = new Random(thread);
            calls.add(threads.submit(() -> {
                for (int i = 0; i < 50; i++) {
                    Turn turn = random.nextBoolean() ? many.enter() : null;
                    if (turn == null) {
                        try {
                            turn = many.await(new Lane.Asks("t" + random.nextInt(4),
                                    PRIORITIES.get(random.nextInt(4)), random.nextInt(9_000)),
                                    random.nextInt(8) == 0 ? Duration.ofNanos(1) : LONG, Presence.CONSTANT);
                        } catch (NoTurnException e) {
                            continue;
                        }
                    }
                    most.add(inside.incrementAndGet());
                    inside.decrementAndGet();
                    switch (random.nextInt(3)) {
                        case 0 -> turn.answered(1);
                        case 1 -> turn.dropped(1);
                        default -> turn.ignored();
                    }
                }
                return null;
            }));
        }
        for (Future<?> call : calls) {
            call.get();
        }
        assertThat(most).isNotEmpty().allMatch(at -> at <= 3);
        assertThat(many.idle()).isTrue();
    }

    /// 64 threads, each in the lines of two or three lanes at once: nobody gets two turns, no lane more calls than it may have,
    /// and nothing is left behind.
    @Test
    void whoWaitsInSeveralLinesGetsOneTurn() throws Exception {
        Map<String, Integer> parallel = Map.of("a", 1, "b", 2, "c", 3);
        var lanes = new Lanes(parallel::get, new Settings.Queue(100, 1), System::nanoTime);
        Map<String, AtomicInteger> inside = Map.of("a", new AtomicInteger(), "b", new AtomicInteger(), "c",
                new AtomicInteger());
        var calls = new ArrayList<Future<?>>();
        for (int thread = 0; thread < 64; thread++) {
            var random = new Random(thread);
            calls.add(threads.submit(() -> {
                for (int i = 0; i < 50; i++) {
                    List<String> asked = random.nextBoolean() ? List.of("a", "b") : List.of("c", "b", "a");
                    try {
                        Lanes.Placed placed = lanes.await(asked, new Lane.Asks("t" + random.nextInt(4),
                                PRIORITIES.get(random.nextInt(4)), random.nextInt(9_000)),
                                random.nextInt(8) == 0 ? Duration.ofNanos(1) : LONG, Presence.CONSTANT);
                        AtomicInteger there = Objects.requireNonNull(inside.get(placed.provider()));
                        assertThat(there.incrementAndGet()).isLessThanOrEqualTo(parallel.get(placed.provider()));
                        there.decrementAndGet();
                        placed.turn().ignored();
                    } catch (NoTurnException e) {
                        assertThat(e).hasMessageContaining(" s");
                    }
                }
                return null;
            }));
        }
        for (Future<?> call : calls) {
            call.get();
        }
        assertThat(lanes.waiting()).isZero();
        assertThat(lanes.occupancy().values()).allMatch(each -> each.inFlight() == 0);
    }
}
