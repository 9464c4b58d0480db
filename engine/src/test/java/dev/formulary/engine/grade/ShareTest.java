package dev.formulary.engine.grade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShareTest {
    /// Newcombe (1998), table I, gives 81 of 263, 15 of 148, 0 of 20 and 1 of 29; the others are worked out by hand.
    @ParameterizedTest
    @CsvSource({"81, 263, 3.08, 2.55, 3.66", "15, 148, 1.01, 0.62, 1.60", "0, 20, 0, 0, 1.61",
            "1, 29, 0.34, 0.06, 1.72",
            "50, 100, 5, 4.04, 5.96", "10, 10, 10, 7.22, 10"})
    void theIntervalIsWilsons(int safe, int answers, double grade, double low, double high) {
        Share share = Share.of(safe, answers);
        assertThat(share.grade()).isCloseTo(grade, within(0.0051));
        assertThat(share.low()).isCloseTo(low, within(0.0051));
        assertThat(share.high()).isCloseTo(high, within(0.0051));
    }

    @Test
    void moreSafeAnswersAreNeverWorseAndMoreAnswersAreSurer() {
        for (int answers = 1; answers <= 80; answers++) {
            Share before = Share.of(0, answers);
            for (int safe = 0; safe <= answers; safe++) {
                Share share = Share.of(safe, answers);
                assertThat(share.low()).isBetween(0.0, share.grade()).isGreaterThanOrEqualTo(before.low());
                assertThat(share.high()).isBetween(share.grade(), 10.0).isGreaterThanOrEqualTo(before.high());
                before = share;
                Share surer = Share.of(safe * 4, answers * 4);
                assertThat(surer.high() - surer.low()).isLessThanOrEqualTo(share.high() - share.low());
            }
        }
    }

    @Test
    void noAnswerIsNoGrade() {
        assertThat(Share.of(0, 0)).isEqualTo(new Share(0, 0, -1, 0, 10));
        assertThatThrownBy(() -> Share.of(3, 2)).hasMessage("3 of 2 can't be safe");
    }
}
