package dev.formulary.engine.vitals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Candidate.Vitals;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class ModelVitalsTest {
    private Instant now = Instant.parse("2026-11-21T10:00:00Z");
    private final ModelVitals vitals = new ModelVitals(3, () -> now);

    @Test
    void aModelThatNobodyCalledIsUnknownButItsBreaker() {
        assertThat(of("a/b")).isEqualTo(Vitals.UNKNOWN);
        assertThat(vitals.of("a/b", BreakerState.OPEN).breaker()).isEqualTo(BreakerState.OPEN);
    }

    @Test
    void countsCallsUnderWay() {
        vitals.begin("a/b");
        vitals.begin("a/b");
        vitals.begin("a/b");
        assertThat(of("a/b").inFlight()).isEqualTo(3);

        vitals.success("a/b", 1000);
        vitals.failure("a/b");
        vitals.ignored("a/b");

        assertThat(of("a/b").inFlight()).isZero();
        assertThat(of("a/b").calls()).isEqualTo(2);
    }

    @Test
    void theErrorRateIsThatOfTheLastFiftyCalls() {
        for (int i = 0; i < 40; i++) {
            vitals.failure("a/b");
        }
        assertThat(of("a/b").errorRate()).isEqualTo(1);
        assertThat(of("a/b").calls()).isEqualTo(40);

        for (int i = 0; i < 45; i++) {
            vitals.success("a/b", 1000);
        }
        assertThat(of("a/b").errorRate()).isEqualTo(0.1);
        assertThat(of("a/b").calls()).isEqualTo(50);
    }

    @Test
    void afterAnOutageOnlyTrialCallsAndThoseAfterThemCount() {
        callsOf(40, 30);
        for (int i = 0; i < 10; i++) {
            vitals.failure("a/b");
        }
        assertThat(of("a/b").errorRate()).isEqualTo(0.25);
        vitals.triedAgain("a/b");
        vitals.failure("a/b");
        assertThat(of("a/b").calls()).as("it may not be over").isEqualTo(41);

        vitals.triedAgain("a/b");
        callsOf(20, 3);
        vitals.recovered("a/b");
        assertThat(of("a/b").errorRate()).isZero();
        assertThat(of("a/b").calls()).isEqualTo(3);
        assertThat(of("a/b").latencyMs()).as("times stay").isPositive();

        vitals.failure("a/b");
        assertThat(of("a/b").errorRate()).isEqualTo(0.25);
    }

    @Test
    void aModelThatOnlyProbesBroughtBackIsUnknown() {
        vitals.failure("a/b");
        vitals.triedAgain("a/b");
        vitals.recovered("a/b");
        assertThat(of("a/b").errorRate()).isEqualTo(-1);
        assertThat(of("a/b").calls()).isZero();

        vitals.triedAgain("never/seen");
        vitals.recovered("never/seen");
        assertThat(vitals.size()).isEqualTo(1);
    }

    private void callElsewhere(int times) {
        for (int i = 0; i < times; i++) {
            vitals.begin("c/d");
            vitals.success("c/d", 1_000);
        }
    }

    @Test
    void aModelIsNotKnownAnyMoreAfterAHundredCallsElsewhereInTenSeconds() {
        vitals.begin("a/b");
        vitals.firstByte("a/b", 5_000_000);
        vitals.failure("a/b");
        callElsewhere(100);
        now = now.plusSeconds(9);
        assertThat(of("a/b").firstByteMs()).isGreaterThan(4_900);
        assertThat(of("a/b").errorRate()).isEqualTo(1);

        now = now.plusSeconds(1);
        assertThat(of("a/b").firstByteMs()).isEqualTo(-1);
        assertThat(of("a/b").errorRate()).isEqualTo(-1);
        assertThat(of("a/b").expectedFirstByteMs()).isGreaterThan(4_900);

        vitals.begin("a/b");
        vitals.firstByte("a/b", 10_000);
        vitals.success("a/b", 20_000);
        assertThat(of("a/b").firstByteMs()).isLessThan(12);
        assertThat(of("a/b").errorRate()).isZero();
    }

    @Test
    void whereLittleHappensAModelStaysKnown() {
        vitals.begin("a/b");
        vitals.firstByte("a/b", 5_000_000);
        vitals.success("a/b", 6_000_000);
        callElsewhere(99);
        now = now.plusSeconds(200);

        assertThat(of("a/b").firstByteMs()).isGreaterThan(4_900);
    }

    @Test
    void aCallUnderWayIsKnowledgeToCome() {
        vitals.begin("a/b");
        vitals.firstByte("a/b", 5_000_000);
        callElsewhere(200);
        now = now.plusSeconds(20);

        assertThat(of("a/b").firstByteMs()).isGreaterThan(4_900);
    }

    @Test
    void whereThereAreEnoughTheLatestHalfMinuteCounts() {
        for (int i = 0; i < 50; i++) {
            vitals.firstByte("a/b", 5_000_000);
        }
        for (int turn = 0; turn < 2; turn++) {
            now = now.plusSeconds(15);
            for (int i = 0; i < 50; i++) {
                vitals.firstByte("a/b", 10_000);
            }
        }
        assertThat(of("a/b").firstByteMs()).isLessThan(12);
    }

    @Test
    void percentilesAreInMilliseconds() {
        for (int i = 1; i <= 1000; i++) {
            vitals.firstByte("a/b", i * 1000L);
            vitals.success("a/b", i * 2000L);
        }

        assertThat((double) of("a/b").firstByteMs()).isCloseTo(950, Percentage.withPercentage(1));
        assertThat((double) of("a/b").latencyMs()).isCloseTo(1900, Percentage.withPercentage(1));
    }

    @Test
    void percentilesOfSeveralModelsAreThoseOfAllTheirCalls() {
        assertThat(vitals.firstByteMs(List.of("a/b", "c/d"), 50, 95)).containsExactly(-1, -1);
        vitals.begin("a/b");
        vitals.begin("c/d");
        for (int i = 1; i <= 100; i++) {
            vitals.firstByte(i <= 30 ? "a/b" : "c/d", i * 10_000L);
        }

        assertThat(vitals.firstByteMs(List.of("a/b", "c/d", "e/f"), 50, 95)).satisfiesExactly(
                median -> assertThat(median).isBetween(500, 505), most -> assertThat(most).isBetween(950, 960));
        assertThat(vitals.firstByteMs(List.of("a/b"), 100)).singleElement()
                .satisfies(longest -> assertThat(longest).isBetween(300, 303));
        now = now.plus(Duration.ofMinutes(5));
        assertThat(vitals.firstByteMs(List.of("a/b", "c/d"), 50)).as("too old to count").containsExactly(-1);
    }

    @Test
    void slowCallsAreForgottenAfterTwoMinutesOfFastOnes() {
        callsOf(10_000, 100);
        pass(Duration.ofSeconds(61));
        callsOf(20, 100);
        assertThat(of("a/b").latencyMs()).isGreaterThan(9_900);

        pass(Duration.ofSeconds(61));
        callsOf(20, 100);
        assertThat(of("a/b").latencyMs()).isCloseTo(20, within(1));
    }

    @Test
    void whatIsOldIsUnknownSoThatTheModelGetsAnotherChance() {
        callsOf(10_000, 10);
        vitals.failure("a/b");
        pass(Duration.ofMinutes(5));
        assertThat(of("a/b")).isEqualTo(Vitals.UNKNOWN);

        callsOf(20, 1);
        assertThat(of("a/b").calls()).isEqualTo(1);
        assertThat(of("a/b").errorRate()).isZero();
        assertThat(of("a/b").latencyMs()).isCloseTo(20, within(1));
    }

    @Test
    void aSingleAnswerIsAFigureAtOnce() {
        vitals.success("a/b", 40_000);
        assertThat(of("a/b").latencyMs()).isCloseTo(40, within(1));

        vitals.success("a/b", 7_200_000_000L);
        pass(Duration.ofMillis(Window.READ_EVERY_MS));
        assertThat(of("a/b").latencyMs()).as("ten minutes is the longest").isCloseTo(600_000,
                Percentage.withPercentage(1));
    }

    @Test
    void aVendorsLimitHoldsUntilItIsReset() {
        vitals.limit("a/b", 4, now.plusSeconds(10));
        vitals.limit("c/d", 0, null);
        assertThat(of("a/b").limitLeft()).isEqualTo(4);
        assertThat(of("c/d").limitLeft()).isZero();
        assertThat(of("a/b").limitSeconds()).isEqualTo(10);
        assertThat(of("c/d").limitSeconds()).isEqualTo(60);
        pass(Duration.ofMillis(1));
        assertThat(of("a/b").limitSeconds()).isEqualTo(10);
        pass(Duration.ofMillis(999));
        assertThat(of("a/b").limitSeconds()).isEqualTo(9);
        pass(Duration.ofSeconds(-1));

        pass(Duration.ofSeconds(10));
        assertThat(of("a/b").limitLeft()).isEqualTo(-1);
        pass(Duration.ofSeconds(50));
        assertThat(of("c/d").limitLeft()).isEqualTo(-1);
        assertThat(of("c/d").limitSeconds()).isEqualTo(-1);
    }

    @Test
    void aLongLimitIsNotForgottenForAShortOne() {
        vitals.limit("a/b", 0, now.plusSeconds(3_600));
        vitals.limit("a/b", 0, now.plusSeconds(1));
        assertThat(of("a/b").limitSeconds()).isEqualTo(3_600);
        vitals.limit("a/b", 7, now.plusSeconds(5));
        assertThat(of("a/b").limitLeft()).as("the vendor allows calls again").isEqualTo(7);
    }

    @Test
    void theLeastRecentlyUsedModelMakesRoomUnlessItIsInUse() {
        vitals.begin("a/busy");
        pass(Duration.ofSeconds(1));
        vitals.failure("a/old");
        pass(Duration.ofSeconds(1));
        vitals.failure("a/new");
        pass(Duration.ofSeconds(1));

        vitals.failure("a/newest");

        assertThat(vitals.size()).isEqualTo(3);
        assertThat(of("a/old").calls()).isZero();
        assertThat(of("a/new").calls()).isEqualTo(1);
        assertThat(of("a/busy").inFlight()).isEqualTo(1);
    }

    @Test
    void noCallIsLostWhenManyRecordAtOnce() throws InterruptedException {
        int threads = 8;
        int calls = 2000;
        CountDownLatch start = new CountDownLatch(1);
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int t = 0; t < threads; t++) {
                pool.execute(() -> {
                    awaitStart(start);
                    for (int i = 0; i < calls; i++) {
                        vitals.begin("a/b");
                        vitals.firstByte("a/b", 10_000);
                        vitals.success("a/b", 20_000);
                    }
                    vitals.begin("a/b");
                });
            }
            start.countDown();
            pool.shutdown();
            assertThat(pool.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        }

        assertThat(of("a/b").inFlight()).isEqualTo(threads);
        assertThat(of("a/b").errorRate()).isZero();
        assertThat(of("a/b").calls()).isEqualTo(Outcomes.KEPT);
    }

    private static void awaitStart(CountDownLatch start) {
        try {
            start.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void callsOf(long millis, int count) {
        for (int i = 0; i < count; i++) {
            vitals.success("a/b", millis * 1000);
        }
    }

    private void pass(Duration time) {
        now = now.plus(time);
    }

    private Vitals of(String id) {
        return vitals.of(id, BreakerState.CLOSED);
    }
}
