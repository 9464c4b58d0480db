package dev.formulary.engine.facts;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SignalTest {
    private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
    private static final Trend RISING = new Trend(0.5, 0.1, 0.05, 0.2, 0.001, true, 0.1);
    private static final Trend FALLING = new Trend(0.5, -0.1, -0.2, -0.05, 0.001, true, 0.1);
    private static final Trend LEVEL = new Trend(0.5, 0.1, -0.1, 0.2, 0.4, false, 0.1);

    @Test
    void whatIsUnknownIsNeverZero() {
        Signal nothing = signal(Metric.HOST_CPU, Samples.NONE, null);

        assertThat(nothing.known()).isFalse();
        assertThat(nothing.value()).isEqualTo(-1);
        assertThat(nothing.silentSeconds()).isEqualTo(-1);
        assertThat(nothing.mean(60)).isEqualTo(-1);
        assertThat(nothing.most(60)).isEqualTo(-1);
        assertThat(nothing.least(60)).isEqualTo(-1);
        assertThat(nothing.hoursUntil(1)).isEqualTo(-1);
        assertThat(nothing.deviation()).isZero();
        assertThat(nothing.rose(0.1, 60)).isFalse();
        assertThat(nothing.fell(0.1, 60)).isFalse();
    }

    @Test
    void aWindowHoldsWhatIsNotOlder() {
        Signal signal = signal(Metric.HOST_CPU, ago(new int[]{120, 60, 30, 10}, 8, 2, 4, 3), null);

        assertThat(signal.value()).isEqualTo(3);
        assertThat(signal.silentSeconds()).isEqualTo(10);
        assertThat(signal.mean(60)).isEqualTo(3);
        assertThat(signal.most(60)).isEqualTo(4);
        assertThat(signal.least(60)).isEqualTo(2);
        assertThat(signal.most(600)).isEqualTo(8);
        assertThat(signal.mean(5)).isEqualTo(-1);
    }

    @Test
    void whatRoseOrFellWithinAWindow() {
        Signal signal = signal(Metric.HOST_CPU, ago(new int[]{120, 60, 10}, 8, 2, 3), null);

        assertThat(signal.rose(1, 60)).isTrue();
        assertThat(signal.rose(1.5, 60)).isFalse();
        assertThat(signal.fell(5, 120)).isTrue();
        assertThat(signal.fell(5, 60)).isFalse();
    }

    @Test
    void aRisingErrorRateIsWorsening() {
        Signal errors = signal(Metric.MODEL_ERROR_RATE, ago(new int[]{10}, 0.5), RISING);

        assertThat(errors.worsening()).isTrue();
        assertThat(errors.improving()).isFalse();
    }

    @Test
    void everyMetricKnowsItsGoodDirection() {
        for (Metric metric : Metric.values()) {
            Signal up = signal(metric, ago(new int[]{10}, 0.5), RISING);
            Signal down = signal(metric, ago(new int[]{10}, 0.5), FALLING);
            GoodDirection good = metric.good();

            assertThat(up.worsening()).as("%s up", metric).isEqualTo(good == GoodDirection.LOWER);
            assertThat(up.improving()).as("%s up", metric).isEqualTo(good == GoodDirection.HIGHER);
            assertThat(down.worsening()).as("%s down", metric).isEqualTo(good == GoodDirection.HIGHER);
            assertThat(down.improving()).as("%s down", metric).isEqualTo(good == GoodDirection.LOWER);
        }
    }

    @Test
    void whatIsNoTrendGoesNowhere() {
        Signal errors = signal(Metric.MODEL_ERROR_RATE, ago(new int[]{10}, 0.5), LEVEL);

        assertThat(errors.worsening()).isFalse();
        assertThat(errors.improving()).isFalse();
        assertThat(errors.hoursUntil(0.9)).isEqualTo(-1);
    }

    @Test
    void aSpikeTenTimesAsHighDeviatesTenTimesAsMuch() {
        var usual = new Baseline(0, 2, 100, 1);

        assertThat(usual.deviation(20)).isEqualTo(10);
        assertThat(usual.deviation(2_000)).isEqualTo(1_000);
        assertThat(usual.deviation(-20)).isEqualTo(-10);
        assertThat(new Signal(Metric.MODEL_LATENCY, "a/b", NOW, ago(new int[]{10}, 2_000), usual, null).deviation())
                .isEqualTo(1_000);
    }

    private static Signal signal(Metric metric, Samples samples, @Nullable Trend trend) {
        return new Signal(metric, "", NOW, samples, null, trend);
    }

    private static Samples ago(int[] seconds, double... values) {
        long[] times = new long[seconds.length];
        for (int i = 0; i < times.length; i++) {
            times[i] = NOW.minusSeconds(seconds[i]).toEpochMilli();
        }
        return new Samples(times, values);
    }
}
