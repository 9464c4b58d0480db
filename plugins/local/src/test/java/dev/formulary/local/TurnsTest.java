package dev.formulary.local;

import static dev.formulary.local.LocalCase.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.testkit.TestAttempt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TurnsTest {
    private final Turns turns = new Turns();

    private Thread waiting(TestAttempt attempt, Runnable then) {
        Thread thread = Thread.startVirtualThread(() -> {
            try {
                Turns.Turn turn = turns.take(attempt);
                then.run();
                turn.give();
            } catch (ProviderException | InterruptedException e) {
                // what the test is about
            }
        });
        Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).until(
                () -> thread.getState() == Thread.State.TIMED_WAITING || thread.getState() == Thread.State.TERMINATED);
        return thread;
    }

    @Test
    void callersComeInTheOrderInWhichTheyCame() throws Exception {
        Turns.Turn first = turns.take(TestAttempt.patient());
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            int number = i;
            threads.add(waiting(TestAttempt.patient(), () -> order.add(number)));
        }
        assertThat(turns.tryTake()).isNull();
        first.give();
        first.give();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(order).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(turns.tryTake()).isNotNull();
    }

    @Test
    void whoGoesAwayOrIsInterruptedTakesNothingAlong() throws Exception {
        Turns.Turn first = turns.take(TestAttempt.patient());
        var gone = TestAttempt.patient();
        Thread cancelled = waiting(gone, () -> {});
        Thread interrupted = waiting(TestAttempt.patient(), () -> {});
        gone.cancel();
        interrupted.interrupt();
        cancelled.join();
        interrupted.join();
        first.give();
        assertThat(turns.tryTake()).isNotNull();
    }

    @Test
    void thePatienceOfACallerEnds() throws Exception {
        Turns.Turn first = turns.take(TestAttempt.patient());
        assertThat(failure(() -> turns.take(TestAttempt.lasting(Duration.ofSeconds(30), Duration.ofMillis(20))))
                .category()).isEqualTo(FailureCategory.TIMEOUT);
        var gone = TestAttempt.patient();
        gone.cancel();
        assertThat(failure(() -> turns.take(gone)).category()).isEqualTo(FailureCategory.CANCELLED);
        first.give();
        assertThat(turns.tryTake()).isNotNull();
    }

    @Test
    void theQueueIsBounded() throws Exception {
        Turns.Turn first = turns.take(TestAttempt.patient());
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 256; i++) {
            threads.add(waiting(TestAttempt.patient(), () -> {}));
        }
        assertThat(failure(() -> turns.take(TestAttempt.patient())).category()).isEqualTo(FailureCategory.THROTTLED);
        first.give();
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Test
    void neverHaveTwoATurnHoweverTheyComeAndGo() throws Exception {
        var inside = new AtomicInteger();
        var most = new AtomicInteger();
        var served = new AtomicInteger();
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                int number = i;
                all.add(callers.submit(() -> {
                    var attempt = number % 3 == 0 ? TestAttempt.lasting(Duration.ofMillis(1)) : TestAttempt.patient();
                    if (number % 5 == 0) {
                        Thread.startVirtualThread(attempt::cancel);
                    }
                    try {
                        Turns.Turn turn = turns.take(attempt);
                        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                        Thread.onSpinWait();
                        inside.decrementAndGet();
                        served.incrementAndGet();
                        turn.give();
                    } catch (ProviderException e) {
                        // went away
                    }
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
        assertThat(most).hasValue(1);
        assertThat(served).hasValueGreaterThan(50);
        assertThat(turns.tryTake()).as("the turn is there at the end").isNotNull();
    }

    @Test
    void pausesBetweenTriesGrowUpToAMinute() throws Exception {
        var backoff = new Backoff();
        backoff.check(0);
        backoff.failed("once", 0);
        backoff.check(0);
        List<Long> pauses = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            backoff.failed("again", 0);
            pauses.add(failure(() -> {
                backoff.check(0);
                return null;
            }).retryAfter().orElseThrow().toSeconds());
        }
        assertThat(pauses).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L, 60L);
        backoff.check(Duration.ofSeconds(60).toNanos());
        backoff.worked();
        backoff.check(0);
    }
}
