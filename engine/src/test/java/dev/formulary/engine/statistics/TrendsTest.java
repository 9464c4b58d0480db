package dev.formulary.engine.statistics;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.facts.Samples;
import dev.formulary.engine.facts.Signal;
import dev.formulary.engine.facts.Trend;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TrendsTest {
    private static final int ROUNDS = 60;
    private final Random random = new Random(11);

    @Test
    void ofTooFewNothingIsSaid() {
        assertThat(Trends.of(Series.of(Trends.LEAST - 1, i -> i))).isNull();
        assertThat(Trends.of(Series.of(Trends.LEAST, i -> i))).isNotNull();
        assertThat(Trends.of(Metric.HOST_CPU, Samples.NONE)).isNull();
    }

    @Test
    void aLineIsFoundAsItIs() {
        Trend trend = found(Series.of(60, i -> 3 + 0.5 * i));

        assertThat(trend.slope()).isEqualTo(30, within(1e-9));
        assertThat(trend.slopeLow()).isEqualTo(30, within(1e-9));
        assertThat(trend.slopeHigh()).isEqualTo(30, within(1e-9));
        assertThat(trend.level()).isEqualTo(3 + 0.5 * 59, within(1e-9));
        assertThat(trend.pivotHours()).isEqualTo(29.5 / 60, within(1e-9));
        assertThat(trend.volatility()).isEqualTo(0, within(1e-9));
        assertThat(trend.moving()).isTrue();
    }

    @Test
    void aConstantSeriesGoesNowhere() {
        Trend trend = found(Series.of(60, _ -> 5));

        assertThat(trend.slope()).isZero();
        assertThat(trend.p()).isEqualTo(1);
        assertThat(trend.moving()).isFalse();
        assertThat(trend.volatility()).isZero();
    }

    @Test
    void aQuarterOfWildSamplesDoesNotTurnTheLine() {
        Trend trend = found(Series.of(100, i -> i % 4 == 1
                ? 1e6 * random.nextGaussian()
                : i + random.nextGaussian()));

        assertThat(trend.slope()).isEqualTo(60, within(3.0));
        assertThat(trend.moving()).isTrue();
    }

    @Test
    void whatIsSureButTooSmallToMatterIsNoTrend() {
        Samples slow = Series.of(60, i -> 0.5 + 1e-5 * i);

        assertThat(found(slow).p()).isLessThan(1e-6);
        assertThat(found(slow).moving()).isFalse();
        assertThat(requireNonNull(Trends.of(Metric.MODEL_ERROR_RATE, Series.of(60, i -> 1e-4 * i))).moving())
                .as("half a percent of errors").isFalse();
        assertThat(requireNonNull(Trends.of(Metric.MODEL_ERROR_RATE, Series.of(60, i -> 1e-3 * i))).moving())
                .as("six percent of errors").isTrue();
    }

    @Test
    void aRisingErrorRateIsWorseningAndAFallingOneImproves() {
        assertThat(errors(0.002).worsening()).isTrue();
        assertThat(errors(0.002).improving()).isFalse();
        assertThat(errors(-0.002).improving()).isTrue();
        assertThat(errors(-0.002).worsening()).isFalse();
        assertThat(errors(0).worsening()).isFalse();
    }

    private Signal errors(double slope) {
        Samples samples = Series.of(60, i -> 0.3 + slope * i + 0.01 * random.nextGaussian());
        return new Signal(Metric.MODEL_ERROR_RATE, "a/b", Instant.ofEpochMilli(samples.time(59)), samples, null,
                Trends.of(Metric.MODEL_ERROR_RATE, samples));
    }

    @Test
    void itFollowsShiftAndScale() {
        for (int round = 0; round < ROUNDS; round++) {
            double slope = random.nextGaussian();
            Samples samples = Series.of(Trends.LEAST + random.nextInt(60), i -> slope * i + random.nextGaussian());
            double shift = random.nextGaussian();
            double scale = Math.scalb(1.0, random.nextInt(9) - 4);
            Trend plain = found(samples);
            Trend changed = found(Series.map(samples, value -> scale * value + shift));

            assertThat(changed.slope()).isEqualTo(scale * plain.slope(), within(1e-9));
            assertThat(changed.level()).isEqualTo(scale * plain.level() + shift, within(1e-9));
            Trend scaled = found(Series.map(samples, value -> scale * value));
            assertThat(scaled.slopeLow()).isEqualTo(scale * plain.slopeLow());
            assertThat(scaled.slopeHigh()).isEqualTo(scale * plain.slopeHigh());
            assertThat(scaled.p()).isEqualTo(plain.p());
        }
    }

    @Test
    void upsideDownItIsTheSameUpsideDown() {
        for (int round = 0; round < ROUNDS; round++) {
            double slope = random.nextGaussian();
            Samples samples = Series.of(Trends.LEAST + random.nextInt(60), i -> slope * i + random.nextGaussian());
            Trend plain = found(samples);
            Trend turned = found(Series.map(samples, value -> -value));

            assertThat(turned.slope()).isEqualTo(-plain.slope(), within(1e-9));
            assertThat(turned.slopeLow()).isEqualTo(-plain.slopeHigh(), within(1e-9));
            assertThat(turned.p()).isEqualTo(plain.p(), within(1e-9));
            assertThat(turned.moving()).isEqualTo(plain.moving());
        }
    }

    @Test
    void ofManySamplesItIsNearlyTheSameAsOfFew() {
        Samples day = Series.of(1_440, i -> 40 + 0.01 * i + random.nextGaussian());
        Trend trend = found(day);

        assertThat(trend.slope()).isEqualTo(0.6, within(0.05));
        assertThat(trend.level()).isEqualTo(54.4, within(0.5));
        assertThat(trend.volatility()).as("the noise is not thinned out").isEqualTo(1 / 54.4, within(0.004));
        assertThat(trend.moving()).isTrue();
    }

    @Test
    void aGapMovesNothing() {
        Samples whole = Series.of(200, i -> 10 + 0.1 * i);
        long[] times = new long[100];
        double[] values = new double[100];
        for (int i = 0; i < 100; i++) {
            int at = i < 50 ? i : i + 100;
            times[i] = whole.time(at);
            values[i] = whole.value(at);
        }
        assertThat(found(new Samples(times, values)).slope()).isEqualTo(6, within(1e-9));
    }

    private static Trend found(Samples samples) {
        return requireNonNull(Trends.of(samples));
    }
}
