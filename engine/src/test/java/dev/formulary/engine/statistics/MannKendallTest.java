package dev.formulary.engine.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MannKendallTest {
    private final Random random = new Random(3);

    /// By hand: of the 10 pairs 8 rise and 2 fall; 5·4·15/18.
    @Test
    void fiveValues() {
        MannKendall test = MannKendall.of(new double[]{1, 3, 2, 5, 4});

        assertThat(test.s()).isEqualTo(6);
        assertThat(test.variance()).isEqualTo(50.0 / 3, within(1e-12));
        assertThat(test.p()).isEqualTo(0.2207, within(1e-4));
    }

    /// By hand: one pair of the same value and one triple; (6·5·17 − 2·1·9 − 3·2·11)/18.
    @Test
    void valuesThatAreTheSameMakeTheVarianceLess() {
        MannKendall test = MannKendall.of(new double[]{1, 1, 2, 3, 3, 3});

        assertThat(test.s()).isEqualTo(11);
        assertThat(test.variance()).isEqualTo((510 - 18 - 66) / 18.0, within(1e-12));
    }

    @Test
    void allTheSameIsNoTrend() {
        assertThat(MannKendall.of(new double[]{4, 4, 4, 4}).p()).isEqualTo(1);
        assertThat(MannKendall.of(new double[]{0.0, -0.0, 0.0}).s()).isZero();
    }

    @Test
    void whatKeepsTheOrderKeepsTheResult() {
        for (int round = 0; round < 100; round++) {
            double[] values = random.ints(5 + random.nextInt(40), 0, 12).mapToDouble(value -> value / 4.0).toArray();
            MannKendall plain = MannKendall.of(values);

            assertThat(MannKendall.of(Arrays.stream(values).map(Math::exp).toArray())).isEqualTo(plain);
            assertThat(MannKendall.of(Arrays.stream(values).map(value -> value * value * value).toArray()))
                    .isEqualTo(plain);
            assertThat(MannKendall.of(Arrays.stream(values).map(value -> -value).toArray()))
                    .isEqualTo(new MannKendall(-plain.s(), plain.variance()));
        }
    }

    /// The variance is that over all orders in which the values could have come.
    @Test
    void theVarianceIsThatOfAllPermutations() {
        for (double[] values : new double[][]{{1, 2, 3, 4, 5, 6}, {1, 1, 2, 3, 3, 3}, {1, 1, 1, 2, 2, 7}}) {
            double[] sums = new double[2];
            permute(values.clone(), 0, sums);

            assertThat(sums[0] / sums[1]).isEqualTo(MannKendall.of(values).variance(), within(1e-9));
        }
    }

    private static void permute(double[] values, int from, double[] sums) {
        if (from == values.length) {
            long s = MannKendall.of(values).s();
            sums[0] += (double) s * s;
            sums[1]++;
            return;
        }
        for (int i = from; i < values.length; i++) {
            swap(values, from, i);
            permute(values, from + 1, sums);
            swap(values, from, i);
        }
    }

    private static void swap(double[] values, int one, int other) {
        double kept = values[one];
        values[one] = values[other];
        values[other] = kept;
    }

    @Test
    void chanceIsCalledATrendAsOftenAsItSays() {
        int called = 0;
        int rounds = 4_000;
        for (int round = 0; round < rounds; round++) {
            called += MannKendall.of(random.doubles(30).toArray()).p() < 0.05 ? 1 : 0;
        }
        assertThat(called / (double) rounds).isBetween(0.035, 0.06);
    }

    @Test
    void slopesAreThoseBetweenEachTwo() {
        for (int round = 0; round < 50; round++) {
            int n = 5 + random.nextInt(20);
            double[] times = random.doubles(n).sorted().toArray();
            double[] values = random.doubles(n).toArray();
            Set<Double> slopes = new HashSet<>();
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < i; j++) {
                    slopes.add((values[i] - values[j]) / (times[i] - times[j]));
                }
            }
            double[] sorted = slopes.stream().mapToDouble(Double::doubleValue).sorted().toArray();
            var line = new TheilSen(times, values);
            int half = sorted.length / 2;

            assertThat(line.slope()).isEqualTo(sorted.length % 2 == 1
                    ? sorted[half]
                    : (sorted[half - 1] + sorted[half]) / 2, within(1e-9));
            assertThat(line.low(1e9)).isEqualTo(sorted[0], within(1e-9));
            assertThat(line.high(1e9)).isEqualTo(sorted[sorted.length - 1], within(1e-9));
            assertThat(line.low(4)).isLessThanOrEqualTo(line.slope());
            assertThat(line.high(4)).isGreaterThanOrEqualTo(line.slope());
        }
    }
}
