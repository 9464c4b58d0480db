package dev.formulary.engine.statistics;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.formulary.engine.facts.Samples;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChangePointTest {
    private final Random random = new Random(5);

    @Test
    void aStepIsFoundWhereItIs() {
        Samples samples = Series.of(100, i -> (i < 63 ? 10 : 14) + random.nextGaussian());
        ChangePoint change = requireNonNull(ChangePoint.of(samples));

        assertThat(change.at()).isBetween(Instant.ofEpochMilli(samples.time(60)),
                Instant.ofEpochMilli(samples.time(66)));
        assertThat(change.before()).isEqualTo(10, within(0.5));
        assertThat(change.after()).isEqualTo(14, within(0.5));
        assertThat(change.p()).isLessThan(1e-6);
    }

    @Test
    void noiseHasNoClearOne() {
        int clear = 0;
        for (int round = 0; round < 300; round++) {
            ChangePoint change = requireNonNull(ChangePoint.of(Series.of(100, _ -> random.nextGaussian())));
            clear += change.p() < 0.05 ? 1 : 0;
        }
        assertThat(clear).isLessThan(20);
    }

    @Test
    void whereAllIsTheSameNothingChanges() {
        assertThat(ChangePoint.of(Series.of(100, _ -> 5))).isNull();
        assertThat(ChangePoint.of(Series.of(5, i -> i))).isNull();
    }

    @Test
    void ofManySamplesTheTimeIsThatOfABlock() {
        Samples samples = Series.of(2_400, i -> (i < 1_000 ? 10 : 14) + random.nextGaussian());
        ChangePoint change = requireNonNull(ChangePoint.of(samples));

        assertThat(change.at()).isBetween(Instant.ofEpochMilli(samples.time(980)),
                Instant.ofEpochMilli(samples.time(1_020)));
    }
}
