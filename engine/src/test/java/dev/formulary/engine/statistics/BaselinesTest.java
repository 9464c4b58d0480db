package dev.formulary.engine.statistics;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.formulary.engine.facts.Baseline;
import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.facts.Samples;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BaselinesTest {
    private static final int ROUNDS = 200;
    private final Random random = new Random(7);

    @Test
    void ofTooFewNothingIsSaid() {
        assertThat(Baselines.of(Series.of(Baselines.LEAST - 1, _ -> 5), 1)).isNull();
        assertThat(Baselines.of(Series.of(Baselines.LEAST, _ -> 5), 1)).isNotNull();
        assertThat(Baselines.of(Metric.HOST_CPU, Samples.NONE, 1)).isNull();
    }

    @Test
    void ofNormalNoiseItIsTheMeanAndTheStandardDeviation() {
        Baseline usual = found(Series.of(5_000, _ -> 10 + 2 * random.nextGaussian()));

        assertThat(usual.median()).isEqualTo(10, within(0.1));
        assertThat(usual.spread()).isEqualTo(2, within(0.1));
        assertThat(usual.count()).isEqualTo(5_000);
        assertThat(usual.version()).isEqualTo(3);
    }

    @Test
    void twoFifthsOfWildSamplesMoveItByLessThanTwoSpreads() {
        Baseline usual = found(Series.of(500, i -> i % 5 < 2 ? 1e9 : 10 + random.nextGaussian()));

        assertThat(usual.median()).isEqualTo(10, within(2.0));
        assertThat(usual.spread()).isLessThan(5);
    }

    @Test
    void aSpikeOfTenTimesAndOneOfAThousandTimesDiffer() {
        Samples past = Series.of(60, _ -> 100 + 10 * random.nextGaussian());
        Baseline usual = found(past);
        double ten = usual.deviation(1_000);
        double thousand = usual.deviation(100_000);

        assertThat(ten).isGreaterThan(50);
        assertThat(thousand / ten).isEqualTo(111, within(3.0));
    }

    @Test
    void aConstantSeriesHasASpread() {
        assertThat(found(Series.of(40, _ -> 0)).spread()).isPositive();
        assertThat(found(Series.of(40, _ -> 50)).spread()).isEqualTo(0.5);
        assertThat(found(Series.of(40, _ -> -50)).spread()).isEqualTo(0.5);
        Baseline errors = requireNonNull(Baselines.of(Metric.MODEL_ERROR_RATE, Series.of(40, _ -> 0), 1));
        assertThat(errors.deviation(0.005)).isLessThan(1);
        assertThat(errors.deviation(0.5)).isEqualTo(50, within(1e-9));
    }

    @Test
    void whereMostAreTheSameTheRestCounts() {
        Baseline usual = found(Series.of(100, i -> i % 4 == 0 ? 8 : 0));

        assertThat(usual.median()).isZero();
        assertThat(usual.spread()).isEqualTo(1.2533 * 2, within(1e-9));
    }

    @Test
    void itFollowsShiftAndScale() {
        for (int round = 0; round < ROUNDS; round++) {
            Samples samples = Series.of(Baselines.LEAST + random.nextInt(80), _ -> random.nextGaussian());
            double shift = random.nextGaussian();
            double scale = Math.exp(random.nextGaussian()) * (random.nextBoolean() ? 1 : -1);
            Baseline plain = found(samples);
            Baseline changed = found(Series.map(samples, value -> scale * value + shift));

            assertThat(changed.median()).isEqualTo(scale * plain.median() + shift, within(1e-9));
            assertThat(changed.spread()).isEqualTo(Math.abs(scale) * plain.spread(), within(1e-9));
        }
    }

    @Test
    void itIsWhatSortingGives() {
        for (int round = 0; round < ROUNDS; round++) {
            int size = Baselines.LEAST + random.nextInt(50);
            double[] values = random.doubles(size, -1, 1).toArray();
            Baseline usual = found(Series.of(values));
            double median = sorted(values);
            double[] distances = Arrays.stream(values).map(value -> Math.abs(value - median)).toArray();

            assertThat(usual.median()).isEqualTo(median, within(1e-12));
            assertThat(usual.spread()).isEqualTo(1.4826 * sorted(distances), within(1e-12));
        }
    }

    @Test
    void whatComesAtTheSameTimeOfTheDayIsUsualThen() {
        int day = 1_440;
        Samples weeks = Series.of(10 * day, i -> i % day < 60 ? 90 : 10);
        Instant backup = Instant.ofEpochMilli(Series.START).plusSeconds(10 * day * 60 + 1_800);
        Baseline then = requireNonNull(Baselines.at(Metric.GATEWAY_CPU, weeks, backup, 1));
        Baseline noon = requireNonNull(Baselines.at(Metric.GATEWAY_CPU, weeks, backup.plusSeconds(43_200), 1));

        assertThat(then.median()).isEqualTo(90);
        assertThat(noon.median()).isEqualTo(10);
        assertThat(requireNonNull(Baselines.of(weeks, 1)).median()).isEqualTo(10);
    }

    @Test
    void ofFewDaysAllSamplesCount() {
        int day = 1_440;
        Samples days = Series.of(4 * day, i -> i % day < 60 ? 90 : 10);
        Instant backup = Instant.ofEpochMilli(Series.START).plusSeconds(4 * day * 60 + 1_800);

        assertThat(Baselines.at(Metric.GATEWAY_CPU, days, backup, 1))
                .isEqualTo(Baselines.of(Metric.GATEWAY_CPU, days, 1));
    }

    private static double sorted(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    private static Baseline found(Samples samples) {
        return requireNonNull(Baselines.of(samples, 3));
    }
}
