package dev.formulary.engine.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Reason;
import dev.formulary.engine.facts.Requirements;
import dev.formulary.engine.facts.Risk;
import dev.formulary.spi.Capability;
import dev.formulary.spi.ModelCard;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CuriosityTest {
    private static final int CALLS = 20_000;

    private static Candidate model(String id, int expectedMs, double doubt) {
        var card = new ModelCard(id, Set.of(Capability.CHAT), 8_192, 0, 0, false, Set.of(), 5, 5, Map.of());
        return Candidate.of("p", card,
                new Candidate.Vitals(BreakerState.CLOSED, 0, 50, expectedMs, expectedMs, 0, -1, -1,
                        expectedMs / 2, expectedMs, doubt));
    }

    private static double factor(int call, Candidate model) {
        return new Curiosity(call(call), false).factor(model);
    }

    static Call call(int number) {
        Call any = Rules.call("auto", false);
        return new Call("call-" + number, any.dialect(), any.via(), any.tenant(), any.key(), any.model(), false,
                any.priority(), null, false, any.received(), any.deadlineMs());
    }

    private static Question question(int number, Context context, List<Candidate> models) {
        return new Question(call(number), context, Rules.situation(), models);
    }

    private static Context calm() {
        return Verdicts.context(0, false, 0, Requirements.NONE);
    }

    private static Decision decision(int number, Context context, List<Candidate> models) {
        return Verdicts.verdict(question(number, context, models), List.of());
    }

    private static List<Reason> trials(Decision decision) {
        return Verdicts.allowed(decision).reasons().stream().filter(reason -> reason.verb().equals("try")).toList();
    }

    @Test
    void drawsAreNormalWithTheDoubtAsDeviation() {
        Candidate model = model("m", 500, 0.4);
        double[] logs = IntStream.range(0, CALLS).mapToDouble(call -> Math.log(factor(call, model))).toArray();
        double mean = IntStream.range(0, CALLS).mapToDouble(i -> logs[i]).average().orElseThrow();
        double deviation = Math.sqrt(IntStream.range(0, CALLS).mapToDouble(i -> (logs[i] - mean) * (logs[i] - mean))
                .average().orElseThrow());
        double within = IntStream.range(0, CALLS).filter(i -> Math.abs(logs[i]) < 0.4).count() / (double) CALLS;

        assertThat(mean).isCloseTo(0, within(0.01));
        assertThat(deviation).isCloseTo(0.4, within(0.01));
        assertThat(within).as("68 of 100 lie within one deviation").isCloseTo(0.683, within(0.02));
    }

    @Test
    void theSameCallTakesAModelTheSameWayAndOthersAnother() {
        Candidate model = model("m", 500, 0.4);
        assertThat(factor(7, model)).isEqualTo(factor(7, model("m", 900, 0.4)));
        assertThat(IntStream.range(0, 100).mapToDouble(call -> factor(call, model)).distinct().count())
                .isGreaterThan(60);
        assertThat(IntStream.range(0, 100).mapToDouble(i -> factor(7, model("m" + i, 500, 0.4))).distinct().count())
                .isGreaterThan(60);
    }

    /// What differs between decisions has to be kept with each.
    @Test
    void callsOfAMomentAreTriedInFewWaysAndAllOfThemAreDifferent() {
        List<Candidate> models = List.of(model("m", 500, 0.4), model("n", 500, 0.4), model("o", 500, 0.2));
        List<List<Double>> ways = IntStream.range(0, CALLS)
                .mapToObj(call -> models.stream().map(each -> factor(call, each)).toList()).distinct().toList();

        assertThat(ways).hasSize(127);
        for (int i = 0; i < models.size(); i++) {
            int model = i;
            assertThat(ways.stream().map(way -> way.get(model)).distinct()).hasSize(127);
        }
    }

    /// A decision that was kept is made again years later: what these ids draw was computed elsewhere.
    @ParameterizedTest
    @CsvSource({"0, m, 1.0", "1, m, 0.8001315703671598", "2, m, 1.9055987925851918", "3, m, 0.9615323065760096",
            "0, n, 1.2918772898220243", "1, n, 1.5862982320383077", "2, n, 1.1147650394594828",
            "3, n, 1.9055987925851918"})
    void drawsAreTheSameOnEveryMachine(int call, String model, double expected) {
        assertThat(factor(call, model(model, 500, 0.5))).isCloseTo(expected, within(1e-12));
    }

    @Test
    void aModelIsRankedAsOneWhoseTimesAreThoseThatWereDrawn() {
        for (int call = 0; call < 100; call++) {
            Candidate doubtful = model("m", 20_000, 0.4);
            double factor = factor(call, doubtful);
            var curious = new Ranker(Weights.USUAL, RankerTest.USUAL_CALL, new Curiosity(call(call), false), 0);
            var sober = new Ranker(Weights.USUAL, RankerTest.USUAL_CALL);

            assertThat(curious.terms(doubtful, 0).latency()).isCloseTo(sober.terms(model("m", (int) (20_000 * factor),
                    0), 0).latency(), within(1e-4));
        }
    }

    @Test
    void threeCallsOfAHundredTakeWhatNobodyKnowsForTheBest() {
        int curious = 0;
        for (int call = 0; call < 2_000; call++) {
            boolean unknown = Curiosity.of(question(call, calm(), List.of())).unknown();
            assertThat(unknown).isEqualTo(call(call).bucket() > 96);
            curious += unknown ? 1 : 0;
        }
        assertThat(curious).isBetween(40, 80);
    }

    @Test
    void whatIsCertainOrUnknownIsTakenAsItIs() {
        assertThat(factor(7, model("m", 500, 0))).isEqualTo(1);
        assertThat(factor(7, model("m", -1, -1))).isEqualTo(1);
    }

    @Test
    void aModelThatMayBeFasterIsTriedNowAndThenAndTheDecisionSaysSo() {
        List<Candidate> models = List.of(model("known", 500, 0), model("doubtful", 800, 0.4));
        int tried = 0;
        for (int call = 0; call < 500; call++) {
            Decision decision = decision(call, calm(), models);
            long percent = Math.round(100 * factor(call, models.getLast()));
            boolean first = Verdicts.tried(decision).getFirst().equals("p/doubtful");
            tried += first ? 1 : 0;
            assertThat(trials(decision)).hasSize(first ? 1 : 0).allSatisfy(reason -> {
                assertThat(reason.subject()).isEqualTo("p/doubtful");
                assertThat(reason.text()).contains(" for " + percent + " % of what is expected");
            });
        }
        assertThat(tried).as("ln(800/500) is 1.2 deviations: 12 of 100").isBetween(40, 80);
    }

    @Test
    void nobodyWhoMayBeInDangerIsPartOfATrial() {
        List<Candidate> models = List.of(model("known", 500, 0), model("doubtful", 510, 0.5));
        Context plain = calm();
        var danger = new Context(plain.need(), Risk.HIGH, plain.emotion(), plain.ageBand(), plain.privacy(),
                plain.task(),
                false, false, false, "", "", 100, 0, plain.needs(), false, plain.therapy(), plain.requirements(),
                plain.balance(), plain.traits(), plain.screening(), new LinkedHashMap<>());
        for (int call = 0; call < 200; call++) {
            Decision decision = decision(call, danger, models);
            assertThat(Verdicts.tried(decision)).startsWith("p/known");
            assertThat(trials(decision)).isEmpty();
        }
    }
}
