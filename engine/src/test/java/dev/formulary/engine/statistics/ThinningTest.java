package dev.formulary.engine.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.formulary.engine.facts.Samples;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ThinningTest {
    private final Random random = new Random(9);

    @Test
    void fewAreLeftAsTheyAre() {
        Samples samples = Series.of(120, i -> i);

        assertThat(Thinning.of(samples, 120)).isSameAs(samples);
    }

    @Test
    void neverMoreAreLeftThanAskedForAndTheyStayInOrder() {
        for (int round = 0; round < 200; round++) {
            long[] times = random.longs(1 + random.nextInt(2_000), 0, 100_000).sorted().distinct().toArray();
            double[] values = random.doubles(times.length).toArray();
            int most = 1 + random.nextInt(150);
            Samples thin = Thinning.of(new Samples(times, values), most);

            assertThat(thin.size()).isBetween(1, Math.min(most, times.length));
            assertThat(thin.time(0)).isGreaterThanOrEqualTo(times[0]);
            assertThat(thin.time(thin.size() - 1)).isLessThanOrEqualTo(times[times.length - 1]);
        }
    }

    @Test
    void aBlockIsItsMedianSoASpikeIsGone() {
        Samples thin = Thinning.of(Series.of(1_000, i -> i % 10 == 3 ? 1e9 : 5), 100);

        assertThat(thin.size()).isEqualTo(100);
        assertThat(Arrays.stream(thin.values()).max().orElse(0)).isEqualTo(5);
    }

    @Test
    void aSampleTellsOfTheNextAsMuchAsItDoes() {
        double[] last = {0};
        double[] tied = Series.of(5_000, _ -> last[0] = 0.7 * last[0] + random.nextGaussian()).values();
        double[] free = Series.of(5_000, _ -> random.nextGaussian()).values();

        assertThat(Autocorrelation.first(tied)).isEqualTo(0.7, within(0.05));
        assertThat(Autocorrelation.first(free)).isLessThan(0.05);
        assertThat(Autocorrelation.growth(0, 50)).isEqualTo(1);
        assertThat(Autocorrelation.growth(0.7, 1_000)).as("(1+r)/(1-r) for long series")
                .isEqualTo(1.7 / 0.3, within(0.1));
    }
}
