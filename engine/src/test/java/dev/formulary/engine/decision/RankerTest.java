package dev.formulary.engine.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.spi.Capability;
import dev.formulary.spi.ModelCard;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class RankerTest {
    private static final int ROUNDS = 2_000;

    private final Random random = new Random(7);

    /// The numbers on which a score depends.
    private record Numbers(double quality, long price, double errorRate, int calls, int firstByteMs, int latencyMs,
            int inFlight, int limitLeft, BreakerState breaker) {
        Candidate candidate() {
            var card = new ModelCard("m", Set.of(Capability.CHAT), 0, price, price, false, Set.of(), quality, -1,
                    Map.of());
            return Candidate.of("p", card, new Candidate.Vitals(breaker, errorRate, calls, firstByteMs, latencyMs,
                    inFlight, limitLeft));
        }
    }

    private Numbers some() {
        return new Numbers(random.nextDouble(10), random.nextLong(20_000_000), random.nextDouble(), random.nextInt(100),
                random.nextInt(20_000), random.nextInt(90_000), random.nextInt(50), random.nextInt(100),
                BreakerState.CLOSED);
    }

    private Weights weights() {
        return new Weights(random.nextDouble(), random.nextDouble(), random.nextDouble(), random.nextDouble());
    }

    private void neverWorse(UnaryOperator<Numbers> better) {
        for (int i = 0; i < ROUNDS; i++) {
            var ranker = new Ranker(weights(), random.nextInt(10_000), random.nextInt(4_000));
            Numbers numbers = some();
            assertThat(ranker.score(better.apply(numbers).candidate()))
                    .as("%s", numbers)
                    .isGreaterThanOrEqualTo(ranker.score(numbers.candidate()));
        }
    }

    @Test
    void aBetterNumberNeverMakesAWorseScore() {
        neverWorse(n -> new Numbers(n.quality + random.nextDouble(10 - n.quality), n.price, n.errorRate, n.calls,
                n.firstByteMs, n.latencyMs, n.inFlight, n.limitLeft, n.breaker));
        neverWorse(n -> new Numbers(n.quality, random.nextLong(n.price + 1), n.errorRate, n.calls, n.firstByteMs,
                n.latencyMs, n.inFlight, n.limitLeft, n.breaker));
        neverWorse(n -> new Numbers(n.quality, n.price, random.nextDouble(n.errorRate + 1e-9), n.calls,
                n.firstByteMs, n.latencyMs, n.inFlight, n.limitLeft, n.breaker));
        neverWorse(n -> new Numbers(n.quality, n.price, n.errorRate, n.calls, random.nextInt(n.firstByteMs + 1),
                n.latencyMs, n.inFlight, n.limitLeft, n.breaker));
        neverWorse(n -> new Numbers(n.quality, n.price, n.errorRate, n.calls, n.firstByteMs,
                random.nextInt(n.latencyMs + 1), n.inFlight, n.limitLeft, n.breaker));
        neverWorse(n -> new Numbers(n.quality, n.price, n.errorRate, n.calls, n.firstByteMs, n.latencyMs,
                random.nextInt(n.inFlight + 1), n.limitLeft, n.breaker));
        neverWorse(n -> new Numbers(n.quality, n.price, n.errorRate, n.calls, n.firstByteMs, n.latencyMs, n.inFlight,
                n.limitLeft + random.nextInt(100), n.breaker));
    }

    @Test
    void scoresGoFromZeroToOne() {
        for (int i = 0; i < ROUNDS; i++) {
            double score = new Ranker(weights(), random.nextInt(1_000_000), 0).score(some().candidate());
            assertThat(score).isBetween(0.0, 1.0);
        }
    }

    @Test
    void anUnknownNumberCountsAsTheMiddle() {
        var ranker = new Ranker(Weights.USUAL, 1_000, 0);
        var unknown = new Numbers(-1, -1, -1, 0, -1, -1, 0, -1, BreakerState.CLOSED);
        var good = new Numbers(9, 0, 0, 10, 100, 500, 0, 50, BreakerState.CLOSED);
        var bad = new Numbers(1, 90_000_000, 0.9, 50, 9_000, 60_000, 40, 1, BreakerState.CLOSED);
        assertThat(ranker.score(unknown.candidate())).isLessThan(ranker.score(good.candidate()))
                .isGreaterThan(ranker.score(bad.candidate()));
    }

    @Test
    void aModelOnTrialStandsBehindOneThatWorks() {
        var ranker = new Ranker(Weights.USUAL, 1_000, 0);
        Numbers closed = some();
        var trial = new Numbers(closed.quality, closed.price, closed.errorRate, closed.calls, closed.firstByteMs,
                closed.latencyMs, closed.inFlight, closed.limitLeft, BreakerState.HALF_OPEN);
        assertThat(ranker.score(trial.candidate())).isLessThan(ranker.score(closed.candidate()));
    }
}
