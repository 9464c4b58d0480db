package dev.formulary.engine.vitals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForecastTest {
    private static final long FOREVER = Long.MAX_VALUE / 2;

    private final Forecast forecast = new Forecast();
    private final SplittableRandom random = new SplittableRandom(5);

    private long lognormal(double medianMs, double sigma) {
        return (long) (1_000 * medianMs * Math.exp(sigma * random.nextGaussian()));
    }

    @Test
    void nothingIsKnownAtFirstAndAfterFiveMinutes() {
        assertThat(forecast.expectedMs(0)).isEqualTo(-1);
        assertThat(forecast.doubt(0, 0)).isEqualTo(-1);
        forecast.add(400_000, 1_000);
        assertThat(forecast.expectedMs(300_999)).isBetween(400, 440);
        assertThat(forecast.expectedMs(301_000)).isEqualTo(-1);
        assertThat(forecast.doubt(301_000, 5)).isEqualTo(-1);
        assertThat(forecast.saved(301_000)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.3, 0.6})
    void itIsTheMeanOfWhatComesHoweverThatStrays(double sigma) {
        double sum = 0;
        for (int i = 0; i < 4_000; i++) {
            forecast.add(lognormal(800, sigma), i * 100L);
            sum += i >= 3_000 ? forecast.expectedMs(i * 100L) : 0;
        }
        double mean = 800 * Math.exp(sigma * sigma / 2);
        assertThat(sum / 1_000).isCloseTo(mean, within(0.06 * mean));
    }

    @Test
    void aStepIsFollowedWithinSeconds() {
        long now = 0;
        for (int i = 0; i < 200; i++) {
            forecast.add(lognormal(500, 0.2), now += 100);
        }
        assertThat(forecast.expectedMs(now)).isBetween(430, 590);
        for (int i = 0; i < 40; i++) {
            forecast.add(lognormal(2_000, 0.2), now += 100);
        }
        assertThat(forecast.expectedMs(now)).isGreaterThan(1_400);
    }

    @Test
    void whoIsAskedSeldomIsBelievedAtOnce() {
        forecast.add(500_000, 0);
        forecast.add(2_000_000, 120_000);
        assertThat(forecast.expectedMs(120_000)).isGreaterThan(1_200);
    }

    @Test
    void doubtShrinksWithAnswersAndGrowsWithTimeAndCallsElsewhere() {
        forecast.add(500_000, 0);
        double first = forecast.doubt(0, 0);
        for (int i = 1; i <= 50; i++) {
            forecast.add(500_000, i * 100L);
        }
        double after = forecast.doubt(5_000, 0);
        assertThat(after).isLessThan(first / 2);

        double before = after;
        for (int seconds = 1; seconds < 290; seconds++) {
            double later = forecast.doubt(5_000 + seconds * 1_000L, FOREVER);
            assertThat(later).isGreaterThanOrEqualTo(before).isLessThanOrEqualTo(0.5);
            before = later;
        }
        assertThat(before).isEqualTo(0.5);
        assertThat(forecast.doubt(200_000, 0)).as("nobody called").isEqualTo(after);
        assertThat(forecast.doubt(200_000, 100)).isEqualTo(forecast.doubt(15_000, FOREVER), within(1e-9));
    }

    @Test
    void anyDurationGivesNumbersWithinTheirRange() {
        for (int round = 0; round < 200; round++) {
            var any = new Forecast();
            long now = 0;
            for (int i = 0; i < 50; i++) {
                now += random.nextLong(0, 100_000);
                any.add(random.nextInt(4) == 0 ? random.nextLong() : random.nextLong(0, 700_000_000), now);
                assertThat(any.expectedMs(now)).isPositive();
                assertThat(any.doubt(now, random.nextLong(0, 1_000))).isBetween(0.0, 0.5);
            }
        }
    }

    @Test
    void noneIsLostThatThreadsAddAtTheSameTime() throws InterruptedException {
        forecast.add(100_000, 0);
        var threads = IntStream.range(0, 8).mapToObj(_ -> Thread.ofVirtual().start(() -> {
            for (int i = 0; i < 500; i++) {
                forecast.add(900_000, i);
            }
        })).toList();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(forecast.expectedMs(500)).isBetween(890, 960);
    }

    @Test
    void itIsReadAsItWasWritten() {
        forecast.add(400_000, 1_000);
        forecast.add(700_000, 2_000);
        var restored = new Forecast();
        restored.restore(forecast.saved(3_000));
        assertThat(restored.expectedMs(3_000)).isEqualTo(forecast.expectedMs(3_000));
        assertThat(restored.doubt(9_000, 70)).isEqualTo(forecast.doubt(9_000, 70));
        restored.restore("");
        assertThat(restored.expectedMs(3_000)).isEqualTo(forecast.expectedMs(3_000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "x 0.1 0.1 9 5", "13 -1 0.1 9 5", "13 0.1 2 9 5", "NaN 0.1 0.1 9 5",
            "13 0.1 0.1 9 never",
            "99 0.1 0.1 9 5", "13 0.1 0.1 99 5"})
    void whatIsNoneIsRefused(String saved) {
        assertThatThrownBy(() -> forecast.restore(saved)).isInstanceOf(IllegalArgumentException.class);
        assertThat(forecast.expectedMs(0)).isEqualTo(-1);
    }
}
