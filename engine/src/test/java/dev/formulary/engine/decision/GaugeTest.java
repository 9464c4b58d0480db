package dev.formulary.engine.decision;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How fine a number is turned, and between which ends.
class GaugeTest {
    @ParameterizedTest
    @CsvSource(textBlock = """
        Host, cpu, 0 to 1; or -1
        Candidate, quality, 0 to 10; or -1
        Traits, complexity, 0 to 10
        Context, promptTokens, 0 or more
        Situation, hour, 0 to 23
        Host, cores, 1 or more
        Continuity, calls, 0 or more; or -1
        Anything, atAll, 0 or more
        """)
    void anAuthorIsToldTheRange(String holder, String name, String range) {
        assertThat(Gauge.of(holder, name).range()).isEqualTo(range);
        assertThat(Gauge.known(holder, name)).isEqualTo(!holder.equals("Anything"));
    }

    @Test
    void bothEndsBelongToIt() {
        Gauge share = Gauge.of("Host", "cpu");
        assertThat(share.holds(0)).isTrue();
        assertThat(share.holds(1)).isTrue();
        assertThat(share.holds(-0.01)).isFalse();
        assertThat(share.holds(1.01)).isFalse();
    }

    /// Beside `0.925` a share is tried at `0.924`, beside `1` at `0.99`, and whole numbers at the next.
    @ParameterizedTest
    @CsvSource({"Host, cpu, 0.925, 0.001", "Host, cpu, 1, 0.01", "Host, cpu, 0.5, 0.01",
            "Traits, complexity, 6.55, 0.01",
            "Traits, complexity, 6, 0.1", "Context, promptTokens, 4000, 1", "Context, promptTokens, 4000.5, 1"})
    void theStepIsAsFineAsWhatTheAuthorWrote(String holder, String name, String literal, double step) {
        assertThat(Gauge.of(holder, name).step(literal)).isEqualTo(step);
    }

    @ParameterizedTest
    @CsvSource({"0.30000000000000004, 0.3", "-0.1234567, -0.123457", "999999999.5, 999999999.5",
            "1000000000.4, 1000000000",
            "5000000000000000, 5000000000000000"})
    void sumsOfStepsStayWhatPeopleWouldWrite(double value, double rounded) {
        assertThat(Gauge.rounded(value)).isEqualTo(rounded);
    }
}
