package dev.formulary.engine.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final long SECOND = 1_000_000_000;

    private final Pace pace = new Pace();

    /// @param from second
    /// @param to second, with that one
    private void steady(int from, int to, long linesPerSecond) {
        for (int second = from; second <= to; second++) {
            pace.at(second * SECOND, second * linesPerSecond, second * linesPerSecond * 100);
        }
    }

    @Test
    void nothingIsSaidBeforeThereIsAnythingToSay() {
        assertThat(pace.linesPerSecond()).isNaN();
        assertThat(pace.timeFor(1)).isNull();

        pace.at(0, 5, 500);

        assertThat(pace.linesPerSecond()).isNaN();
        assertThat(pace.timeFor(1)).isNull();

        pace.at(SECOND, 12, 1_200);

        assertThat(pace.linesPerSecond()).isEqualTo(7);
        assertThat(pace.timeFor(1)).isNull();
    }

    @Test
    void anEndIsExpectedAfterTenSecondsAndTwentyLines() {
        steady(0, 9, 10);
        assertThat(pace.timeFor(50_000)).isNull();
        steady(10, 10, 10);
        assertThat(pace.linesPerSecond()).isEqualTo(10);
        assertThat(pace.timeFor(50_000)).isEqualTo(Duration.ofSeconds(50));
        assertThat(pace.timeFor(0)).isZero();

        var slow = new Pace();
        for (int second = 0; second < 20; second++) {
            slow.at(second * SECOND, second, second * 100L);
        }
        assertThat(slow.timeFor(1_000)).isNull();
        slow.at(20 * SECOND, 20, 2_000);
        assertThat(slow.timeFor(1_000)).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void onlyTheLastMinuteCounts() {
        steady(0, 100, 10);
        for (int second = 101; second <= 161; second++) {
            pace.at(second * SECOND, 1_000 + (second - 100) * 50L, 100_000 + (second - 100) * 5_000L);
        }
        assertThat(pace.linesPerSecond()).isEqualTo(50);
        assertThat(pace.timeFor(5_000)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void whereItGoesNowFastNowSlowlyNobodyCanTell() {
        steady(0, 10, 10);
        for (int second = 11; second <= 20; second++) {
            pace.at(second * SECOND, 100, 10_000);
        }
        assertThat(pace.linesPerSecond()).isEqualTo(5);
        assertThat(pace.timeFor(1_000)).as("it stands still").isNull();

        for (int second = 21; second <= 80; second++) {
            pace.at(second * SECOND, 100, 10_000);
        }
        assertThat(pace.linesPerSecond()).isZero();
        assertThat(pace.timeFor(1_000)).isNull();
    }

    @Test
    void whatIsThereAtTheBeginningAndWhenTheClockBeginsChangesNothing() {
        for (int second = 0; second <= 10; second++) {
            pace.at(second * SECOND - 5_000 * SECOND, 7_000 + second * 10L, 700_000 + second * 1_000L);
            assertThat(pace.timeFor(1_000)).isEqualTo(second < 10 ? null : Duration.ofSeconds(1));
        }
        assertThat(pace.linesPerSecond()).isEqualTo(10);

        var few = new Pace();
        few.at(-9 * SECOND, 50, 0);
        few.at(-4 * SECOND, 59, 100);
        few.at(SECOND, 69, 200);
        assertThat(few.timeFor(200)).as("19 lines").isNull();
    }

    @Test
    void threeLooksAreEnoughAndTwiceAsFastIsStillSteady() {
        pace.at(0, 0, 0);
        pace.at(5 * SECOND, 10, 1_000);
        pace.at(10 * SECOND, 30, 3_000);
        assertThat(pace.timeFor(300)).isEqualTo(Duration.ofSeconds(1));

        var slower = new Pace();
        slower.at(0, 0, 0);
        slower.at(5 * SECOND, 20, 2_000);
        slower.at(10 * SECOND, 30, 3_000);
        assertThat(slower.timeFor(300)).isEqualTo(Duration.ofSeconds(1));
        slower.at(15 * SECOND, 31, 3_001);
        assertThat(slower.timeFor(300)).isNull();
    }

    @Test
    void aLookOfAMinuteAgoIsTheOldest() {
        pace.at(0, 0, 0);
        pace.at(30 * SECOND, 10, 0);
        pace.at(60 * SECOND, 60, 0);
        assertThat(pace.linesPerSecond()).isEqualTo(1);
        pace.at(61 * SECOND, 72, 0);
        assertThat(pace.linesPerSecond()).isEqualTo(2);
    }

    @Test
    void anEndInYearsIsNone() {
        steady(0, 30, 1);
        assertThat(pace.timeFor(100L * 86_400 * 365)).isEqualTo(Duration.ofDays(365));
        assertThat(pace.timeFor(Long.MAX_VALUE)).isNull();
    }

    @Test
    void moreOftenThanOnceASecondNothingIsNoted() {
        pace.at(0, 0, 0);
        pace.at(SECOND - 1, 1_000, 1_000);
        assertThat(pace.linesPerSecond()).isNaN();
        pace.at(SECOND, 10, 10);
        assertThat(pace.linesPerSecond()).isEqualTo(10);
    }

    @Test
    void noExpectationIsEverNegativeOrContradictsWhatWasSeen() {
        var random = new Random(11);
        for (int round = 0; round < 500; round++) {
            var some = new Pace();
            long nanos = 0;
            long lines = 0;
            int most = 1 + random.nextInt(50);
            for (int step = 0; step < 100; step++) {
                nanos += random.nextLong(3 * SECOND);
                lines += random.nextInt(most);
                some.at(nanos, lines, lines * 7);
                Duration left = some.timeFor(700);
                if (left != null) {
                    assertThat(left.toMillis() / 1_000.0).isBetween(99.9 / some.linesPerSecond(),
                            100.1 / some.linesPerSecond());
                }
            }
        }
    }
}
