package dev.formulary.engine.vitals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.facts.Reading;
import dev.formulary.engine.transport.Threads;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SensorRoundsTest {
    private static final Reading CPU = new Reading(Metric.HOST_CPU, 0.5);
    private static final Reading DISK = new Reading(Metric.HOST_DISK, 0.25);

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger threads = new AtomicInteger();

    private SensorRounds rounds(Sensor... sensors) {
        return new SensorRounds(() -> List.of(sensors), nanos::get, () -> {
            threads.incrementAndGet();
            return Threads.timer("test-sensors");
        });
    }

    /// @param delegates its cost is then what the test's clock shows
    private record Simple(String name, boolean delegates, Duration every, Callable<List<Reading>> source)
            implements
                Sensor {
        Simple(String name, Callable<List<Reading>> source) {
            this(name, true, Duration.ofSeconds(1), source);
        }

        @Override
        public List<Reading> read() throws Exception {
            return source.call();
        }
    }

    private void later(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void aSensorThatThrowsIsUnknownAndTheOthersGoOn() {
        var failing = new AtomicBoolean();
        try (SensorRounds rounds = rounds(new Simple("a", () -> {
            if (failing.get()) {
                throw new IllegalStateException("broken");
            }
            return List.of(CPU);
        }), new Simple("b", () -> List.of(DISK)))) {
            rounds.tick();
            await().until(() -> rounds.readings().equals(List.of(CPU, DISK)));
            failing.set(true);
            later(Duration.ofSeconds(2));
            rounds.tick();
            await().until(() -> rounds.readings().equals(List.of(DISK)));
            failing.set(false);
            later(Duration.ofSeconds(2));
            rounds.tick();
            await().until(() -> rounds.readings().size() == 2);
            assertThat(threads).hasValue(1);
        }
    }

    @Test
    void aSensorThatHangsIsLeftBehindUntilItComesBack() throws Exception {
        var hangs = new AtomicBoolean();
        var begun = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        var reads = new AtomicInteger();
        try (SensorRounds rounds = rounds(new Simple("a", () -> {
            if (hangs.get()) {
                begun.countDown();
                uninterruptibly(release);
            }
            return List.of(CPU);
        }), new Simple("b", () -> {
            reads.incrementAndGet();
            return List.of(DISK);
        }))) {
            rounds.tick();
            await().until(() -> rounds.readings().size() == 2);
            hangs.set(true);
            later(Duration.ofSeconds(2));
            rounds.tick();
            begun.await();
            rounds.tick();
            assertThat(reads).as("it is waited for").hasValue(1);

            later(SensorRounds.PATIENCE.plusMillis(1));
            rounds.tick();
            await().until(() -> reads.get() == 2);
            await().until(() -> rounds.readings().equals(List.of(DISK)));
            assertThat(threads).hasValue(2);

            hangs.set(false);
            release.countDown();
            await().until(() -> {
                later(Duration.ofSeconds(2));
                rounds.tick();
                return rounds.readings().contains(CPU);
            });
            assertThat(threads).as("no more than one thread was left behind").hasValue(2);
        }
    }

    private static void uninterruptibly(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aStartThatHangsLeavesAllUnknownAndBlocksNobody() throws Exception {
        var begun = new CountDownLatch(1);
        try (SensorRounds rounds = new SensorRounds(() -> {
            begun.countDown();
            new CountDownLatch(1).await();
            return List.of();
        }, nanos::get, () -> Threads.timer("test-sensors"))) {
            rounds.tick();
            begun.await();
            later(SensorRounds.PATIENCE.plusSeconds(1));
            rounds.tick();
            rounds.tick();

            assertThat(rounds.readings()).isEmpty();
            assertThat(rounds.roundNanos()).isEqualTo(-1);
        }
    }

    @Test
    void whatCostsMuchIsReadSeldom() {
        var reads = new AtomicInteger();
        try (SensorRounds rounds = rounds(new Simple("a", () -> {
            later(Duration.ofMillis(40));
            reads.incrementAndGet();
            return List.of(CPU);
        }))) {
            for (int i = 0; i < 120; i++) {
                rounds.tick();
                int before = reads.get();
                await().until(() -> rounds.roundNanos() > 0 && reads.get() >= before);
                later(Duration.ofSeconds(1));
                idle(rounds);
            }

            assertThat(reads.get()).as("40 ms each 27 s are 0.15 %%").isBetween(4, 6);
            assertThat(rounds.share()).isLessThanOrEqualTo(0.0016);
            assertThat(rounds.readings()).as("and is known as long").containsExactly(CPU);
        }
    }

    /// Two ticks begin but one round.
    private static void idle(SensorRounds rounds) {
        await().until(rounds::idle);
    }

    @Test
    void whatWasNotReadForLongIsNotKnown() {
        try (SensorRounds rounds = rounds(new Simple("a", () -> List.of(CPU)))) {
            rounds.tick();
            await().until(() -> rounds.readings().size() == 1);
            later(Duration.ofSeconds(20));

            assertThat(rounds.readings()).isEmpty();
        }
    }
}
