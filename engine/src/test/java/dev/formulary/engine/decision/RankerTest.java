package dev.formulary.engine.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.formulary.engine.Samples;
import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Ranking;
import dev.formulary.engine.facts.Term;
import dev.formulary.spi.Capability;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.PriceStep;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RankerTest {
    private static final int ROUNDS = 5_000;
    private static final double EXACT = 1e-12;
    static final Estimate USUAL_CALL = new Estimate(1_000, 500);

    private final Random random = new Random(7);

    /// The numbers on which a score depends.
    private record Numbers(double quality, long inputPrice, long outputPrice, double errorRate, int calls,
            int firstByteMs, int latencyMs, int inFlight, int limitLeft, BreakerState breaker) {
        Candidate candidate() {
            var card = new ModelCard("m", Set.of(Capability.CHAT), 0, inputPrice, outputPrice, false, Set.of(), quality,
                    -1, Map.of());
            return Candidate.of("p", card, new Candidate.Vitals(breaker, errorRate, calls, firstByteMs, latencyMs,
                    inFlight, limitLeft));
        }

        Numbers quality(double next) {
            return new Numbers(next, inputPrice, outputPrice, errorRate, calls, firstByteMs, latencyMs, inFlight,
                    limitLeft, breaker);
        }

        Numbers prices(long input, long output) {
            return new Numbers(quality, input, output, errorRate, calls, firstByteMs, latencyMs, inFlight, limitLeft,
                    breaker);
        }

        Numbers errors(double rate, int of) {
            return new Numbers(quality, inputPrice, outputPrice, rate, of, firstByteMs, latencyMs, inFlight, limitLeft,
                    breaker);
        }

        Numbers times(int firstByte, int whole) {
            return new Numbers(quality, inputPrice, outputPrice, errorRate, calls, firstByte, whole, inFlight,
                    limitLeft, breaker);
        }

        Numbers load(int underWay, int left) {
            return new Numbers(quality, inputPrice, outputPrice, errorRate, calls, firstByteMs, latencyMs, underWay,
                    left, breaker);
        }

        Numbers breaker(BreakerState next) {
            return new Numbers(quality, inputPrice, outputPrice, errorRate, calls, firstByteMs, latencyMs, inFlight,
                    limitLeft, next);
        }
    }

    private Numbers some() {
        return new Numbers(random.nextDouble(10), random.nextLong(20_000_000), random.nextLong(60_000_000),
                random.nextDouble(), random.nextInt(100), random.nextInt(20_000), random.nextInt(90_000),
                random.nextInt(50), random.nextInt(100), BreakerState.CLOSED);
    }

    private Weights weights() {
        return new Weights(random.nextDouble(), random.nextDouble(), random.nextDouble(), random.nextDouble());
    }

    private Estimate estimate() {
        return new Estimate(random.nextInt(10_000), 1 + random.nextInt(4_000));
    }

    private static double score(Ranker ranker, Numbers numbers) {
        return ranker.score(ranker.terms(numbers.candidate(), 0));
    }

    private void neverWorse(String what, UnaryOperator<Numbers> better) {
        for (int i = 0; i < ROUNDS; i++) {
            var ranker = new Ranker(weights(), estimate());
            Numbers numbers = some();
            assertThat(score(ranker, better.apply(numbers))).as("%s of %s", what, numbers)
                    .isGreaterThanOrEqualTo(score(ranker, numbers));
        }
    }

    @Test
    void aBetterNumberNeverMakesAWorseScore() {
        neverWorse("quality", n -> n.quality(n.quality + random.nextDouble(10 - n.quality)));
        neverWorse("input price", n -> n.prices(random.nextLong(n.inputPrice + 1), n.outputPrice));
        neverWorse("output price", n -> n.prices(n.inputPrice, random.nextLong(n.outputPrice + 1)));
        neverWorse("error rate", n -> n.errors(random.nextDouble(n.errorRate + 1e-9), n.calls));
        neverWorse("calls that failed", n -> n.errors(n.errorRate, random.nextInt(n.calls + 1)));
        neverWorse("first byte", n -> n.times(random.nextInt(n.firstByteMs + 1), n.latencyMs));
        neverWorse("latency", n -> n.times(n.firstByteMs, random.nextInt(n.latencyMs + 1)));
        neverWorse("in flight", n -> n.load(random.nextInt(n.inFlight + 1), n.limitLeft));
        neverWorse("limit left", n -> n.load(n.inFlight, n.limitLeft + random.nextInt(100)));
    }

    @Test
    void aLongPromptIsRankedByWhatItCosts() {
        var stepped = Samples.priced("a", "stepped", 1_000_000, 1_000_000,
                new PriceStep(200_000, 3_000_000, 3_000_000, -1, -1));
        var plain = Samples.priced("a", "plain", 2_000_000, 2_000_000);
        var cost = new Weights(0, 1, 0, 0);
        for (int i = 0; i < ROUNDS; i++) {
            int prompt = 150_000 + random.nextInt(100_000);
            var ranker = new Ranker(cost, new Estimate(prompt, 500));
            boolean cheaper = ranker.score(ranker.terms(stepped, 0)) > ranker.score(ranker.terms(plain, 0));
            assertThat(cheaper).as("%d tokens", prompt).isEqualTo(prompt <= 200_000);
        }
    }

    @Test
    void theFewerTokensTheHigherTheScore() {
        for (int i = 0; i < ROUNDS; i++) {
            Weights weights = weights();
            Estimate more = estimate();
            var fewer = new Estimate(random.nextInt(more.promptTokens() + 1), random.nextInt(more.answerTokens() + 1));
            Numbers numbers = some();
            assertThat(score(new Ranker(weights, fewer), numbers)).as("%s", numbers)
                    .isGreaterThanOrEqualTo(score(new Ranker(weights, more), numbers));
        }
    }

    @Test
    void theMoreABreakerTrustsTheHigherTheScore() {
        for (int i = 0; i < ROUNDS; i++) {
            var ranker = new Ranker(weights(), estimate());
            Numbers numbers = some();
            double trial = score(ranker, numbers.breaker(BreakerState.HALF_OPEN));
            assertThat(trial).isLessThanOrEqualTo(score(ranker, numbers))
                    .isGreaterThanOrEqualTo(score(ranker, numbers.breaker(BreakerState.OPEN)));
        }
    }

    @Test
    void betterInEverythingIsNeverRankedBehind() {
        for (int i = 0; i < ROUNDS; i++) {
            var ranker = new Ranker(weights(), estimate());
            Numbers one = some();
            Numbers other = some();
            var best = new Numbers(Math.max(one.quality, other.quality), Math.min(one.inputPrice, other.inputPrice),
                    Math.min(one.outputPrice, other.outputPrice), Math.min(one.errorRate, other.errorRate),
                    Math.min(one.calls, other.calls), Math.min(one.firstByteMs, other.firstByteMs),
                    Math.min(one.latencyMs, other.latencyMs), Math.min(one.inFlight, other.inFlight),
                    Math.max(one.limitLeft, other.limitLeft), BreakerState.CLOSED);
            assertThat(score(ranker, best))
                    .isGreaterThanOrEqualTo(Math.max(score(ranker, one), score(ranker, other)));
        }
    }

    /// Whatever a number is, its term moves the score by its share of the weights at most.
    @Test
    void noTermMovesTheScoreByMoreThanItsShare() {
        for (int i = 0; i < ROUNDS; i++) {
            Weights weights = weights();
            var ranker = new Ranker(weights, estimate());
            Numbers n = some();
            double before = score(ranker, n);
            Numbers wild = extreme();
            double total = weights.total();
            assertThat(score(ranker, n.quality(wild.quality))).isCloseTo(before, within(weights.quality() / total));
            assertThat(score(ranker, n.prices(wild.inputPrice, wild.outputPrice)))
                    .isCloseTo(before, within(weights.cost() / total));
            assertThat(score(ranker, n.times(wild.firstByteMs, wild.latencyMs)))
                    .isCloseTo(before, within(weights.latency() / total));
            assertThat(score(ranker, n.load(wild.inFlight, wild.limitLeft)))
                    .isCloseTo(before, within(weights.load() / total));
        }
    }

    private Numbers extreme() {
        boolean high = random.nextBoolean();
        int most = high ? Integer.MAX_VALUE : 0;
        return new Numbers(high ? 1e9 : 0, high ? Long.MAX_VALUE : 0, high ? Long.MAX_VALUE : 0, 0, 0, most, most, most,
                most, BreakerState.CLOSED);
    }

    /// The original let the free one win.
    @ParameterizedTest
    @CsvSource({"100000, 10", "2500000, 10", "15000000, 10", "75000000, 10", "900000000, 20", "2500000, 1000"})
    void aFreeModelThatIsSlowAndFailsDoesNotBeatAPaidOneThatWorks(long price, int calls) {
        var free = new Numbers(5, 0, 0, 0.5, calls, 20_000, 30_000, 0, -1, BreakerState.CLOSED);
        var paid = new Numbers(5, price, price, 0, calls, 400, 1_000, 0, -1, BreakerState.CLOSED);
        for (int tokens = 0; tokens <= 20_000; tokens += 1_000) {
            var ranker = new Ranker(Weights.USUAL, new Estimate(tokens, 500));
            assertThat(score(ranker, paid)).isGreaterThan(score(ranker, free));
        }
    }

    @Test
    void rulesTogetherCanNotMakeATermCountForMoreThanTenTimes() {
        for (int i = 0; i < ROUNDS; i++) {
            var rule = new RuleInfo("r", "r", "", "", Kind.COST, "cost/a.drl", 1);
            Term term = random.nextBoolean() ? Term.COST : Term.LATENCY;
            List<Said.Weigh> said = random.doubles(20, 0, 10).mapToObj(factor -> new Said.Weigh(rule, term, factor))
                    .toList();
            Weights weights = Weights.of(said);
            double most = term == Term.COST ? weights.cost() / weights.total() : weights.latency() / weights.total();
            assertThat(most).isLessThanOrEqualTo(2.5 / 3.25);
            assertThat(weights.quality()).isEqualTo(Weights.USUAL.quality());
        }
    }

    @Test
    void scoresGoFromZeroToOneAndPointsComeOnTop() {
        for (int i = 0; i < ROUNDS; i++) {
            var ranker = new Ranker(weights(), estimate());
            Candidate candidate = some().candidate();
            double plain = ranker.score(ranker.terms(candidate, 0));
            assertThat(plain).isBetween(0.0, 1.0);
            double points = random.nextDouble(-200, 200);
            assertThat(ranker.score(ranker.terms(candidate, points))).isCloseTo(plain + points / 100, within(EXACT));
        }
    }

    @Test
    void anUnknownNumberCountsAsTheMiddle() {
        var ranker = new Ranker(Weights.USUAL, USUAL_CALL);
        var unknown = new Numbers(-1, -1, -1, -1, 0, -1, -1, -1, -1, BreakerState.CLOSED);
        Ranking.Terms terms = ranker.terms(unknown.candidate(), 0);
        assertThat(terms).isEqualTo(new Ranking.Terms(0.5, 0.5, 0.5, 0.5, 1, 0));
        assertThat(ranker.score(terms)).isCloseTo(0.5, within(EXACT));
        assertThat(ranker.terms(unknown.quality(0).candidate(), 0).quality()).as("none is known").isZero();
    }

    @Test
    void termsAreOneHalfAtTheirHalfPoints() {
        var ranker = new Ranker(Weights.USUAL, new Estimate(500, 500));
        var half = new Numbers(5, 1_000_000, 1_000_000, 0.4, 10, 1_000, 8_000, 64, 5, BreakerState.HALF_OPEN);
        assertThat(ranker.terms(half.candidate(), 3)).isEqualTo(new Ranking.Terms(0.5, 0.5, 0.5, 0.5, 0.8 * 0.7, 3));
    }

    @Test
    void aNumberThatIsNoneCountsAsUnknown() {
        var ranker = new Ranker(Weights.USUAL, USUAL_CALL);
        Numbers broken = some().quality(Double.NaN).errors(Double.NaN, 5);
        assertThat(score(ranker, broken)).isBetween(0.0, 1.0);
    }

    @Test
    void withoutWeightsAllThatWorkAreEqual() {
        var ranker = new Ranker(new Weights(0, 0, 0, 0), USUAL_CALL);
        assertThat(score(ranker, some().errors(0, 5))).isEqualTo(score(ranker, some().errors(0, 50)));
    }

    private static Candidate expecting(String model, int firstByte, int whole, double doubt) {
        var card = new ModelCard(model, Set.of(Capability.CHAT), 0, 0, 0, false, Set.of(), 5, -1, Map.of());
        return Candidate.of("p", card,
                new Candidate.Vitals(BreakerState.CLOSED, 0, 20, 9_000, 90_000, 0, -1, -1, firstByte, whole, doubt));
    }

    private static double score(Ranker ranker, Candidate candidate) {
        return ranker.score(ranker.terms(candidate, 0));
    }

    private Curiosity curiosity() {
        return new Curiosity(CuriosityTest.call(random.nextInt()), false);
    }

    @Test
    void aFasterModelIsNeverRankedBehindHoweverACallTakesIt() {
        for (int i = 0; i < ROUNDS; i++) {
            var ranker = new Ranker(weights(), estimate(), curiosity(), random.nextDouble());
            int first = random.nextInt(20_000);
            int whole = random.nextInt(90_000);
            double doubt = random.nextDouble(0.5);
            assertThat(score(ranker, expecting("m", random.nextInt(first + 1), random.nextInt(whole + 1), doubt)))
                    .isGreaterThanOrEqualTo(score(ranker, expecting("m", first, whole, doubt)));
        }
    }

    @Test
    void whatIsExpectedCountsAndNotWhatWasOfLate() {
        var ranker = new Ranker(Weights.USUAL, USUAL_CALL);
        assertThat(ranker.terms(expecting("m", 1_000, 8_000, 0.3), 0).latency()).isEqualTo(0.5);
        assertThat(ranker.terms(expecting("m", -1, -1, -1), 0).latency())
                .isEqualTo(ranker.terms(some().times(9_000, 90_000).candidate(), 0).latency());
    }

    @Test
    void whoIsInAHurryTellsApartWhatIsFastAndMindsAFailureLess() {
        var calm = new Ranker(Weights.USUAL, USUAL_CALL, Curiosity.NONE, 0);
        var hurried = new Ranker(Weights.USUAL, USUAL_CALL, Curiosity.NONE, 1);
        assertThat(hurried.terms(expecting("m", 250, 2_000, 0), 0).latency()).isEqualTo(0.5);

        Candidate failing = some().errors(0.5, 10).candidate();
        assertThat(calm.terms(failing, 0).reliability()).isEqualTo(0.75);
        assertThat(hurried.terms(failing, 0).reliability()).isCloseTo(Math.sqrt(0.75), within(EXACT));
    }

    @Test
    void aFewCallsTryWhatNobodyKnows() {
        var curious = new Ranker(Weights.USUAL, USUAL_CALL, new Curiosity(null, true), 0);
        var unknown = new Numbers(5, 0, 0, -1, 0, -1, -1, 0, -1, BreakerState.CLOSED);

        assertThat(score(curious, unknown)).isGreaterThan(score(new Ranker(Weights.USUAL, USUAL_CALL), unknown))
                .isGreaterThan(score(curious, unknown.times(1, 1)));
        assertThat(score(curious, unknown.times(200, -1))).isEqualTo(score(new Ranker(Weights.USUAL, USUAL_CALL),
                unknown.times(200, -1)));
        assertThat(score(curious, unknown.times(0, -1))).as("what took no time is known")
                .isEqualTo(score(new Ranker(Weights.USUAL, USUAL_CALL), unknown.times(0, -1)));
        assertThat(score(curious, unknown.times(-1, 0)))
                .isEqualTo(score(new Ranker(Weights.USUAL, USUAL_CALL), unknown.times(-1, 0)));
    }
}
