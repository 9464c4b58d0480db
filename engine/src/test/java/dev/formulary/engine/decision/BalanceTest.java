package dev.formulary.engine.decision;

import static dev.formulary.engine.decision.Verdicts.allowed;
import static dev.formulary.engine.decision.Verdicts.context;
import static dev.formulary.engine.decision.Verdicts.in;
import static dev.formulary.engine.decision.Verdicts.limit;
import static dev.formulary.engine.decision.Verdicts.rule;
import static dev.formulary.engine.decision.Verdicts.verdict;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.formulary.engine.decision.Verdicts.Saying;
import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Plan;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Ranking;
import dev.formulary.engine.facts.Reason;
import dev.formulary.engine.facts.Requirements;
import dev.formulary.spi.Capability;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BalanceTest {
    private static final int ROUNDS = 4_000;
    private static final double EXACT = 1e-12;
    private static final Candidate QUICK = model("x/quick", 4, 300);
    private static final Candidate CLEVER = model("x/clever", 9, 20_000);
    private static final List<Parameter> SAMPLING = List.of(Parameter.TEMPERATURE, Parameter.TOP_P,
            Parameter.MAX_TOKENS);

    private final Random random = new Random(11);

    private static Candidate model(String id, double quality, int latencyMs) {
        return Rules.candidate(id, Set.of(Capability.CHAT), quality, 0, 0,
                new Candidate.Vitals(BreakerState.CLOSED, 0, 20, latencyMs / 4, latencyMs, 0, -1));
    }

    private static Question asking(double balance) {
        return in(context(balance, false, 0, Requirements.NONE), QUICK, CLEVER);
    }

    private static Decision.Allow decided(Question question, Saying... sayings) {
        return allowed(verdict(question, List.of(sayings)));
    }

    private static double preset(Plan plan, Parameter parameter) {
        Plan.Limit limit = plan.parameters().get(parameter);
        return limit == null ? Double.NaN : limit.preset();
    }

    @Test
    void theKnobMovesTheChoiceFromTheQuickToTheCleverModel() {
        assertThat(decided(asking(0)).plan().attempts()).containsExactly(QUICK, CLEVER);
        assertThat(decided(asking(1)).plan().attempts()).containsExactly(CLEVER, QUICK);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, 0.5})
    void unsaidAndNeutralChangeNothing(double balance) {
        Decision.Allow plain = decided(asking(-1));
        Decision.Allow said = decided(asking(balance));
        assertThat(said.plan().attempts()).isEqualTo(plain.plan().attempts());
        assertThat(said.plan().parameters()).isEmpty();
        assertThat(said.ranking()).isEqualTo(plain.ranking());
        assertThat(said.plan().balance()).isEqualTo(balance);
    }

    @Test
    void theDecisionShowsTheKnobAndWhatItSets() {
        Decision.Allow allow = decided(asking(0.25));
        assertThat(allow.plan().balance()).isEqualTo(0.25);
        assertThat(allow.reasons()).extracting(Reason::rule, Reason::verb, Reason::subject).containsExactly(
                tuple("engine", "balance", "0.25"), tuple("engine", "set", "TEMPERATURE=0.663"),
                tuple("engine", "set", "TOP_P=0.95"), tuple("engine", "set", "MAX_TOKENS=2048.0"));
    }

    @Test
    void whatARuleSaysOfTheKnobNamesTheRule() {
        Decision.Allow allow = decided(asking(-1), new Saying(rule("quick"), draft -> draft.balance(0)));
        assertThat(allow.plan().balance()).isZero();
        assertThat(allow.plan().attempts()).containsExactly(QUICK, CLEVER);
        assertThat(allow.reasons()).extracting(Reason::rule, Reason::verb, Reason::subject).containsExactly(
                tuple("quick", "balance", "0.0"), tuple("quick", "set", "TEMPERATURE=0.2"),
                tuple("quick", "set", "TOP_P=0.8"), tuple("quick", "set", "MAX_TOKENS=1024.0"));
    }

    @Test
    void theCallerComesBeforeRules() {
        Decision.Allow allow = decided(asking(1), new Saying(rule("a"), draft -> draft.balance(0)),
                new Saying(rule("b"), draft -> draft.balance(0.3)));
        assertThat(allow.plan().balance()).isEqualTo(1);
        assertThat(allow.problems()).as("rules that nobody follows can't be in conflict").isEmpty();
    }

    @Test
    void theSmallerOfTwoRulesHoldsAndTheConflictIsTold() {
        Decision.Allow allow = decided(asking(-1), new Saying(rule("a"), draft -> draft.balance(0.9)),
                new Saying(rule("b"), draft -> draft.balance(0.2)));
        assertThat(allow.plan().balance()).isEqualTo(0.2);
        assertThat(allow.problems()).containsExactly(
                "conflict: rule 'b' says balance 0.2, rule 'a' says balance 0.9; the smaller value holds");
    }

    @Test
    void aRuleOfHigherSalienceOrAboutSafetyComesFirst() {
        Saying usual = new Saying(rule("a", Kind.COST, 0), draft -> draft.balance(0.2));
        Saying salient = new Saying(rule("b", Kind.COST, 5), draft -> draft.balance(0.9));
        Saying safety = new Saying(rule("c", Kind.CONTEXT, -5), draft -> draft.balance(0.4));
        assertThat(decided(asking(-1), usual, salient).plan().balance()).isEqualTo(0.9);
        assertThat(decided(asking(-1), usual, salient, safety).plan().balance()).isEqualTo(0.4);
        assertThat(decided(asking(-1), usual, salient, safety).problems()).isEmpty();
    }

    @Test
    void whatARuleSetsStaysAndCapsHold() {
        Plan plan = decided(asking(1), new Saying(rule("a"), draft -> {
            draft.set(Parameter.TOP_P, 0.3);
            draft.cap(Parameter.TEMPERATURE, 0.5);
        })).plan();
        assertThat(preset(plan, Parameter.TOP_P)).isEqualTo(0.3);
        Plan.Limit temperature = limit(plan, Parameter.TEMPERATURE);
        assertThat(temperature).isEqualTo(new Plan.Limit(1.3, 0.5));
        assertThat(temperature.withoutAsking()).isEqualTo(0.5);
        assertThat(temperature.applyTo(0.1)).as("the caller's own").isEqualTo(0.1);
        assertThat(plan.parameters()).doesNotContainKey(Parameter.MAX_TOKENS);
    }

    @Test
    void aLengthThatTheCallerGivesIsNotTouched() {
        Question question = in(context(0, false, 50, Requirements.NONE), QUICK);
        assertThat(decided(question).plan().parameters()).doesNotContainKey(Parameter.MAX_TOKENS);
    }

    @Test
    void aCallThatCanBeRepeatedGetsNoTemperature() {
        for (int i = 0; i < ROUNDS; i++) {
            Question question = in(context(random.nextDouble(), true, 0, Requirements.NONE), QUICK, CLEVER);
            assertThat(decided(question).plan().parameters()).doesNotContainKeys(Parameter.TEMPERATURE,
                    Parameter.TOP_P);
        }
    }

    /// What was not set counts as the vendor's default: a temperature of 1, all of the probability, no limit.
    private static double effective(Plan plan, Parameter parameter) {
        double preset = preset(plan, parameter);
        return !Double.isNaN(preset) ? preset : parameter == Parameter.MAX_TOKENS ? Double.POSITIVE_INFINITY : 1;
    }

    @Test
    void parametersNeverFallAsTheKnobRises() {
        for (int i = 0; i < ROUNDS; i++) {
            double low = random.nextDouble();
            double high = low + random.nextDouble() * (1 - low);
            Plan slower = decided(asking(high)).plan();
            Plan faster = decided(asking(low)).plan();
            for (Parameter parameter : SAMPLING) {
                assertThat(effective(slower, parameter)).as("%s from %s to %s", parameter, low, high)
                        .isGreaterThanOrEqualTo(effective(faster, parameter));
            }
        }
    }

    @Test
    void parametersStayWithinWhatRulesMaySet() {
        var draft = new Draft(rule("r"));
        for (int i = 0; i <= 1_000; i++) {
            decided(asking(i / 1_000.0)).plan().parameters()
                    .forEach((parameter, limit) -> draft.set(parameter, limit.preset()));
        }
        assertThat(draft.said()).hasSizeGreaterThan(2_000);
        assertThatThrownBy(() -> draft.balance(1.01)).hasMessageContaining("balance takes a number from 0 to 1");
    }

    /// Curves are smooth: a small turn of the knob is a small change.
    @Test
    void aSmallTurnIsASmallChange() {
        for (double balance = 0; balance < 1; balance += 0.001) {
            assertThat(Balance.temperature(balance + 0.001)).isCloseTo(Balance.temperature(balance), within(0.004));
            assertThat(Balance.topP(balance + 0.001)).isCloseTo(Balance.topP(balance), within(0.002));
        }
        assertThat(Balance.temperature(0.5)).isEqualTo(1);
        assertThat(Balance.topP(0.5)).isEqualTo(1);
        assertThat(Balance.maxTokens(0.5)).isInfinite();
    }

    private Weights weights() {
        return new Weights(random.nextDouble(), random.nextDouble(), random.nextDouble(), random.nextDouble());
    }

    @Test
    void theKnobMovesWeightBetweenQualityAndLatencyOnly() {
        for (int i = 0; i < ROUNDS; i++) {
            Weights weights = weights();
            double low = random.nextDouble();
            double high = low + random.nextDouble() * (1 - low);
            Weights faster = weights.balanced(low);
            Weights cleverer = weights.balanced(high);
            assertThat(faster.cost()).isEqualTo(cleverer.cost()).isEqualTo(weights.cost());
            assertThat(faster.load()).isEqualTo(cleverer.load()).isEqualTo(weights.load());
            assertThat(faster.total()).isCloseTo(weights.total(), within(EXACT));
            assertThat(cleverer.quality()).isGreaterThanOrEqualTo(faster.quality());
            assertThat(cleverer.latency()).isLessThanOrEqualTo(faster.latency() + EXACT);
            assertThat(faster.latency()).as("neither ever counts for nothing").isPositive();
        }
        assertThat(new Weights(0, 1, 0, 1).balanced(0.1)).isEqualTo(new Weights(0, 1, 0, 1));
        assertThat(new Weights(1, 1, 0, 1).balanced(0)).as("what a rule takes out stays out")
                .isEqualTo(new Weights(1, 1, 0, 1));
    }

    /// Between two models that are equally reliable: whatever they cost and however busy they are.
    @Test
    void aFasterModelNeverLosesGroundAsTheKnobGoesToFast() {
        for (int i = 0; i < ROUNDS; i++) {
            Weights weights = weights();
            Ranking.Terms one = terms(1);
            Ranking.Terms other = terms(one.reliability());
            Ranking.Terms faster = one.latency() >= other.latency() ? one : other;
            Ranking.Terms slower = faster.equals(one) ? other : one;
            if (faster.latency() - slower.latency() < faster.quality() - slower.quality()) {
                continue; // cleverer by more than it is faster: it gains at the other end
            }
            double low = random.nextDouble();
            double high = low + random.nextDouble() * (1 - low);
            assertThat(lead(weights.balanced(low), faster, slower))
                    .isGreaterThanOrEqualTo(lead(weights.balanced(high), faster, slower) - EXACT);
        }
    }

    private static double lead(Weights weights, Ranking.Terms one, Ranking.Terms other) {
        var ranker = new Ranker(weights, new Estimate(100, 100));
        return ranker.score(one) - ranker.score(other);
    }

    private Ranking.Terms terms(double reliability) {
        return new Ranking.Terms(random.nextDouble(), random.nextDouble(), random.nextDouble(), random.nextDouble(),
                reliability, random.nextDouble(-10, 10));
    }

    @Test
    void aDeniedCallShowsNoPlanButItsProblems() {
        Decision decision = verdict(asking(-1), Map.of("a", draft -> draft.balance(0.9), "b", draft -> {
            draft.balance(0.2);
            draft.deny("no");
        }));
        assertThat(decision).isInstanceOf(Decision.Deny.class);
        assertThat(decision.problems()).singleElement().asString().contains("balance");
        assertThat(decision.ranking()).as("a refused call still shows how its models would have fared")
                .allSatisfy(ranking -> assertThat(ranking.terms()).isNotNull());
    }
}
