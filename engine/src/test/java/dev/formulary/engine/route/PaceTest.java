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
