package dev.formulary.engine.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.formulary.engine.facts.Term;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How rules and the balance change what counts how much.
class WeightsTest {
    private static final double EXACT = 1e-12;

    private static Said.Weigh weigh(Term term, double factor) {
        return new Said.Weigh(Verdicts.rule("r"), term, factor);
    }

    @ParameterizedTest
    @CsvSource({"QUALITY, 0.8, 0.25, 0.2, 0.15", "COST, 0.4, 0.5, 0.2, 0.15", "LATENCY, 0.4, 0.25, 0.4, 0.15",
            "LOAD, 0.4, 0.25, 0.2, 0.3"})
    void aFactorChangesItsTermAndNoOther(Term term, double quality, double cost, double latency, double load) {
        Weights weights = Weights.of(List.of(weigh(term, 2)));
        assertThat(weights.quality()).isCloseTo(quality, within(EXACT));
        assertThat(weights.cost()).isCloseTo(cost, within(EXACT));
        assertThat(weights.latency()).isCloseTo(latency, within(EXACT));
        assertThat(weights.load()).isCloseTo(load, within(EXACT));
        assertThat(weights.total()).isCloseTo(quality + cost + latency + load, within(EXACT));
    }

    @Test
    void factorsOfSeveralRulesAreMultipliedUpToTen() {
        assertThat(Weights.of(List.of())).isEqualTo(Weights.USUAL);
        assertThat(Weights.of(List.of(weigh(Term.COST, 3), weigh(Term.COST, 0.5), weigh(Term.LOAD, 0))))
                .isEqualTo(new Weights(0.40, 0.25 * 1.5, 0.20, 0));
        assertThat(Weights.of(List.of(weigh(Term.COST, 4), weigh(Term.COST, 5))).cost())
                .isCloseTo(2.5, within(EXACT));
    }

    /// The odds of quality against latency, which are 2 to 1, times `16^(2b - 1)`.
    @ParameterizedTest
    @CsvSource({"0, 0.125", "0.25, 0.5", "0.5, 2", "0.75, 8", "1, 32"})
    void theBalanceMultipliesTheOdds(double balance, double odds) {
        Weights weights = Weights.USUAL.balanced(balance);
        assertThat(weights.quality() / weights.latency()).isCloseTo(odds, within(1e-9));
        assertThat(weights.quality() + weights.latency()).isCloseTo(0.6, within(EXACT));
        assertThat(weights.cost()).isEqualTo(0.25);
        assertThat(weights.load()).isEqualTo(0.15);
    }
}
