package dev.formulary.engine.facts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class SamplesTest {
    private final Samples three = new Samples(new long[]{10, 20, 40}, new double[]{1, 2, 3});

    @Test
    void whatIsGivenAndWhatIsTakenCanBeChangedWithoutHarm() {
        long[] times = {1, 2};
        double[] values = {5, 6};
        var samples = new Samples(times, values);
        times[0] = 99;
        values[0] = 99;
        samples.times()[1] = 99;
        samples.values()[1] = 99;

        assertThat(samples.time(0)).isEqualTo(1);
        assertThat(samples.values()).containsExactly(5, 6);
        assertThat(samples.times()).containsExactly(1, 2);
    }

    @Test
    void theFirstThatIsNotOlderThanATime() {
        assertThat(three.from(9)).isZero();
        assertThat(three.from(10)).isZero();
        assertThat(three.from(11)).isEqualTo(1);
        assertThat(three.from(40)).isEqualTo(2);
        assertThat(three.from(41)).isEqualTo(3).isEqualTo(three.size());
        assertThat(Samples.NONE.from(0)).isZero();
    }

    @Test
    void whatIsNoNumberOrOutOfOrderIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Samples(new long[]{1}, new double[0]))
                .withMessageContaining("as many values as times");
        assertThatIllegalArgumentException().isThrownBy(() -> new Samples(new long[]{1, 1}, new double[]{1, 2}))
                .withMessageContaining("sample 1");
        assertThatIllegalArgumentException().isThrownBy(() -> new Samples(new long[]{1}, new double[]{Double.NaN}))
                .withMessageContaining("sample 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Samples(new long[]{1}, new double[]{Double.POSITIVE_INFINITY}));
    }
}
