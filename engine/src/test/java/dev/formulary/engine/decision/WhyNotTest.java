package dev.formulary.engine.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.Approach;
import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Budget;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Continuity;
import dev.formulary.engine.facts.CrisisType;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Host;
import dev.formulary.engine.facts.Need;
import dev.formulary.engine.facts.Privacy;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Requirements;
import dev.formulary.engine.facts.Risk;
import dev.formulary.engine.facts.Situation;
import dev.formulary.spi.Capability;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Whatever is reported to flip the choice does, and where one fact stands in the way it is found.
class WhyNotTest {
    private static final Candidate POOR = Rules.candidate("a/poor", 3, -1);
    private static final Candidate GOOD = Rules.candidate("b/good", 8, -1, "fit");
    private static final int CALLS = 40;
    private static final Path SHIPPED = Path.of("../rules");

    @TempDir
    Path folder;

    /// One rule that forbids `b/good` by one fact, or requires what it lacks, and the fact that is found.
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        Context( risk == Risk.HIGH )                  | risk              | context.risk           | if risk were not high
        Context( risk != Risk.LOW )                   | risk              | context.risk           | if risk were low instead of high
        Context( paidAllowed == false )               | none              | context.paidAllowed    | if paid allowed were true
        Context( needs contains Capability.VISION )   | vision            | context.needs          | if needs did not contain vision
        Context( promptTokens > 4000 )                | long              | context.promptTokens   | if prompt tokens were 4000 instead of 9000
        Context( therapy.approach == Approach.CBT )   | cbt               | context.therapy.approach | if therapy approach were not cbt
        Call( priority == Priority.NORMAL )           | none              | call.priority          | if the call's priority were not normal
        Call( tenant == "alice" )                     | none              | call.tenant            | if the call's tenant were "" instead of alice
        Situation( hour >= 12 )                       | none              | situation.at           | if the time were 11:59 UTC instead of 12:00 UTC
        Situation( hour < 13, hour >= 5 )             | none              | situation.at           | if the time were 13:00 UTC instead of 12:00 UTC
        Situation( inFlight > 20 )                    | busy              | situation.inFlight     | if in flight were 20 instead of 35
        Call( deadlineMs <= 90000 )                   | none              | call.deadlineMs        | if the call's deadline ms were 90001 instead of 60000
        Call( session != null )                       | session           | call.session           | if the call's session were nothing instead of s-1
        Continuity( calls > 5, idleSeconds < 100 )    | past              | session.calls          | if the session's calls were 5 instead of 9
        Continuity( crisisWithin(1800) == CrisisLevel.HIGH ) | past       | session.highSeconds    | if the session's high seconds were 1801 instead of 700
        Context( says("need", "grief_support") )      | grief             | context.words[need]    | if need were unspecified instead of grief_support
        Context( says("need", "grief_support") == false ) | risk          | context.words[need]    | if need were grief_support instead of unspecified
        Context( therapy.crisis != null )             | harm              | context.therapy.crisis | if therapy crisis were nothing instead of self_harm
        Context( screening.about(CrisisType.SELF_HARM) == false ) | none | context.screening.types | if screening types contained self_harm
        Context( traits.has(SensitiveKind.SECRET) == false ) | none       | context.traits.sensitive | if traits sensitive contained secret
        Context( traits.complexity >= 6.55 )          | hard              | context.traits.complexity | if traits complexity were 6.54 instead of 9
        Context( promptTokens + maxTokens > 4000 )    | long              | context.promptTokens   | if prompt tokens were 3500 instead of 9000
        Host( cpu >= 0.925 )                          | busy              | situation.host.cpu     | if host cpu were 0.924 instead of 0.97
        Host( memoryFree < 2000000000 )               | busy              | situation.host.memoryFree | if host memory free were 2000000000 instead of 1073741824
        Host( busierThan(0.5) )                       | busy              | situation.host.cpu     | if host cpu were 0.5 instead of 0.97
        Budget( exhausted == true )                   | spent             | budget[all].spent      | if what budget all has spent (in micro-dollars) were 999999 instead of 1200000
        Budget( limit < 2000000 )                     | budget            | budget[all].limit      | if the limit of budget all (in micro-dollars) were 2000000 instead of 1000000
        Budget( reserved > 3, usedRatio > 0.333 )     | reserved          | budget[all].spent      | if what budget all has spent (in micro-dollars) were 332900 instead of 900000
        Situation( openAlerts contains "fire" )       | fire              | situation.openAlerts   | if open alerts did not contain fire
        Host( cpu > 0.9 )                             | busy              | situation.host.cpu     | if host cpu were 0.9 instead of 0.97
        Budget( usedRatio >= 0.8 )                    | budget            | budget[all].spent      | if what budget all has spent (in micro-dollars) were 799999 instead of 900000
        """)
    void theOneFactThatForbidsIsFound(String when, String world, String fact, String text) {
        Rules.put(folder, "cost/a.drl", Rules.rule("stop", when + " $c : Candidate( id == \"b/good\" )",
                "decision.forbid($c);"));

        Explanation.WhyNot whyNot = whyNot(world(world), "b/good");

        assertThat(whyNot.stopped()).containsExactly("stop at cost/a.drl:1 says forbid: reason of stop");
        assertThat(Objects.requireNonNull(whyNot.flip()).fact()).isEqualTo(fact);
        assertThat(Objects.requireNonNull(whyNot.flip()).text()).isEqualTo(text);
        assertThat(whyNot.change()).isEqualTo(text);
    }

    @Test
    void aBreakerALabelAndAModelsNumbersAreFound() {
        Rules.put(folder, "cost/a.drl", Rules.rule("open", "$c : Candidate( breaker == BreakerState.OPEN )",
                "decision.forbid($c);") + Rules.rule("fit", "Context( )", "decision.requireLabel(\"fit\");"));
        Candidate broken = Rules.candidate("c/broken", Set.of(Capability.CHAT), 9, -1, 0,
                Rules.vitals(BreakerState.OPEN, -1, 0), "fit");

        assertThat(flip(Rules.question(GOOD, broken), "c/broken"))
                .isEqualTo("if its breaker were closed instead of open");
        assertThat(flip(Rules.question(Rules.candidate("a/best", 9, -1), GOOD), "a/best"))
                .isEqualTo("if its labels contained fit");
    }

    @Test
    void aLowerScoreIsToldByItsTermsWithTheSmallestNumberThatWouldDo() {
        Rules.put(folder, "cost/a.drl", Rules.rule("nothing", "Context( )", "decision.weigh(Term.QUALITY, 1);"));

        Explanation.WhyNot whyNot = whyNot(Rules.question(POOR, GOOD), "a/poor");

        assertThat(whyNot.stopped()).containsExactly("its score is 0.457, 0.200 below b/good: quality -0.200");
        assertThat(Objects.requireNonNull(whyNot.flip()).text()).isEqualTo("if its quality were 8 instead of 3");
        assertThat(whyNot.also()).extracting(Explanation.Flip::text).contains("if the call asked for it by name");
    }

    @Test
    void whereNoSingleFactWouldDoThatIsSaid() {
        Rules.put(folder, "context/a.drl",
                Rules.rule("one", "$c : Candidate( id == \"b/good\" )", "decision.forbid($c);"));

        Explanation.WhyNot whyNot = whyNot(Rules.question(POOR, GOOD), "b/good");

        assertThat(whyNot.flip()).isNull();
        assertThat(whyNot.searched()).isTrue();
        assertThat(whyNot.change()).isEqualTo("no single fact would change it");
    }

    @Test
    void aCallForAModelByNameIsToldAsTheReason() {
        Rules.put(folder, "cost/a.drl", Rules.rule("nothing", "Context( )", "decision.weigh(Term.COST, 1);"));

        Explanation.WhyNot whyNot = whyNot(Rules.named("a/poor", false, POOR, GOOD), "b/good");

        assertThat(whyNot.stopped()).containsExactly("the call asks for 'a/poor'");
        assertThat(Objects.requireNonNull(whyNot.flip()).text()).isEqualTo("if the call asked for 'auto'");
    }

    /// What a caller requires is loosened just so far that the model meets it.
    @Test
    void aRequirementIsLoosenedNoFurtherThanItMustBe() {
        Rules.put(folder, "cost/a.drl", Rules.rule("nothing", "Context( )", "decision.weigh(Term.QUALITY, 1);"));
        Question plain = Rules.question(Rules.candidate("a/poor", 6.5, 0), Rules.candidate("b/good", 8, 2_000_000));
        Question strict = new Question(plain.call(), Copies.with(plain.context(), "requirements",
                new Requirements(-1, 7.5, -1, -1, -1)), plain.situation(), plain.candidates());

        assertThat(flip(strict, "a/poor")).isEqualTo("if requirements min quality were 6.5 instead of 7.5");
        assertThat(flip(plain, "b/good")).as("and tightened just so far that the other does not")
                .isEqualTo("if requirements min quality were 6.6 instead of not said");
    }

    /// The shipped rules and forty calls: each reported change is decided again.
    @Test
    @Tag("long")
    void whateverIsReportedReallyFlipsAndIsTheSameEachTime() {
        try (Policy policy = Rules.policy(SHIPPED)) {
            assertThat(policy.load().problems()).isEmpty();
            Ruling ruling = Objects.requireNonNull(policy.ruling());
            var conditions = new ArrayList<List<Conditions.Asked>>();
            ruling.ruleSet().sources().forEach(source -> conditions.addAll(Conditions.of(source).values()));
            var random = new Random(7);
            int reported = 0;
            int smallest = 0;
            for (int i = 0; i < CALLS; i++) {
                Question question = random(random);
                var search = new WhyNotSearch(question, new Relevance(conditions), ruling::decide);
                var again = new WhyNotSearch(question, new Relevance(conditions), ruling::decide);
                for (Candidate model : question.candidates()) {
                    if (model.id().equals(first(ruling.decide(question)))) {
                        continue;
                    }
                    WhyNotSearch.Found found = search.of(model);
                    for (Variation variation : found.variations()) {
                        assertThat(first(ruling.decide(variation.question()))).as(variation.fact())
                                .isEqualTo(model.id());
                        reported++;
                        smallest += nothingNearerFlips(question, new Relevance(conditions), variation, model, ruling,
                                random);
                    }
                    if (i % 8 == 0) {
                        assertThat(again.of(model).flips()).isEqualTo(found.flips());
                    }
                    assertThat(found.complete()).as("%s decisions", search.decisions()).isTrue();
                }
                assertThat(search.decisions()).isLessThanOrEqualTo(WhyNotSearch.MOST_DECISIONS);
            }
            assertThat(reported).isGreaterThan(2 * CALLS);
            assertThat(smallest).isGreaterThan(5);
        }
    }

    /// Of a number of the call, its context or the situation: the step before it and values between do not flip.
    ///
    /// @return 1 when it is such a number
    private static int nothingNearerFlips(Question question, Relevance relevance, Variation variation, Candidate model,
            Ruling ruling, Random random) {
        Slider slider = Variations.of(question, relevance).sliders().get(variation.fact());
        if (slider == null || slider.now() < 0 || !(variation.to() instanceof Number to) || to.doubleValue() < 0) {
            return 0;
        }
        double distance = to.doubleValue() - slider.now();
        for (int i = 0; i < 6; i++) {
            double share = i == 0 ? 1 - slider.step() / Math.abs(distance) : random.nextDouble();
            double nearer = Gauge.rounded(slider.now() + Math.max(0, share) * distance);
            if (Math.abs(to.doubleValue() - nearer) >= slider.step()) {
                assertThat(first(ruling.decide(slider.at().apply(nearer).question()))).as("%s at %s, not only at %s",
                        variation.fact(), nearer, to).isNotEqualTo(model.id());
            }
        }
        return 1;
    }

    @Test
    @Tag("long")
    void theWorkIsBoundedAndWhatWasLeftOutIsSaid() {
        Rules.put(folder, "cost/a.drl", Rules.rule("nothing", "Context( )", "decision.weigh(Term.COST, 1);"));
        Candidate[] many = Stream.iterate(0, i -> i < 150, i -> i + 1)
                .map(i -> Rules.candidate("a/model-" + i, i % 10, 1_000)).toArray(Candidate[]::new);
        try (Policy policy = Rules.policy(folder)) {
            policy.load();
            Explanation explanation = Objects.requireNonNull(policy.ruling()).explain(Rules.question(many),
                    "a/model-140");

            assertThat(explanation.decisions()).isLessThanOrEqualTo(1 + WhyNotSearch.MOST_DECISIONS);
            assertThat(explanation.whyNot().getFirst().candidate()).isEqualTo("a/model-140");
            assertThat(explanation.whyNot().getFirst().searched()).isTrue();
            assertThat(explanation.whyNot().getLast().searched()).isFalse();
            assertThat(explanation.whyNot()).hasSize(149).allSatisfy(one -> assertThat(one.stopped()).isNotEmpty());
        }
    }

    private static Question random(Random random) {
        var candidates = new ArrayList<Candidate>();
        for (int i = 0; i < 2 + random.nextInt(5); i++) {
            BreakerState breaker = any(random, BreakerState.values());
            candidates.add(Rules.candidate((random.nextBoolean() ? "home/m" : "cloud/m") + i, Set.of(Capability.CHAT),
                    random.nextInt(11), random.nextInt(3) * 500_000L, random.nextBoolean() ? 0 : 8_000,
                    Rules.vitals(breaker, random.nextDouble(), random.nextInt(100)),
                    random.nextBoolean() ? "crisis" : random.nextBoolean() ? "simulated" : "plain"));
        }
        Map<String, Object> facts = new HashMap<>();
        facts.put("risk", any(random, Risk.values()));
        facts.put("need", any(random, Need.values()));
        facts.put("privacy", any(random, Privacy.values()));
        facts.put("paidAllowed", random.nextBoolean());
        facts.put("promptTokens", random.nextInt(10_000));
        Context context = Context.unspecified();
        for (var fact : facts.entrySet()) {
            context = Copies.with(context, fact.getKey(), fact.getValue());
        }
        var budget = new Budget("all", "total", random.nextInt(1_100_000), 0, 1_000_000, Instant.EPOCH);
        var host = new Host(random.nextDouble(), random.nextDouble(), 1L << 30, 0.5, 2);
        Situation situation = new Situation(Instant.EPOCH, host, List.of(budget), 0, 0, Set.of());
        return new Question(Rules.call("auto", false), context, situation, candidates);
    }

    private static <T> T any(Random random, T[] all) {
        return all[random.nextInt(all.length)];
    }

    private static Question world(String world) {
        Context plain = Context.unspecified();
        Context context = switch (world) {
            case "risk" -> Copies.with(plain, "risk", Risk.HIGH);
            case "vision" -> Copies.with(plain, "needs", Set.of(Capability.CHAT, Capability.VISION));
            case "long" -> Copies.with(Copies.with(plain, "promptTokens", 9_000), "maxTokens", 500);
            case "grief" -> Copies.with(plain, "words", Map.of("need", "grief_support"));
            case "hard" -> Copies.with(plain, "traits", Copies.with(plain.traits(), "complexity", 9.0));
            case "harm" -> Copies.with(plain, "therapy", Copies.with(plain.therapy(), "crisis", CrisisType.SELF_HARM));
            case "cbt" -> Copies.with(plain, "therapy", Copies.with(plain.therapy(), "approach",
                    Approach.CBT));
            default -> plain;
        };
        Situation quiet = Rules.situation(new Budget("all", "total", 900_000, 0, 1_000_000, Instant.EPOCH));
        Situation situation = switch (world) {
            case "fire" -> Copies.with(quiet, "openAlerts", Set.of("fire", "smoke"));
            case "busy" -> new Situation(quiet.at(), new Host(0.97, 0.2, 1L << 30, 0.2, 2), List.of(), 35, 0, Set.of());
            case "spent" -> Rules.situation(new Budget("all", "total", 1_200_000, 0, 1_000_000, Instant.EPOCH));
            case "reserved" -> Rules.situation(new Budget("all", "total", 900_000, 100, 1_000_000, Instant.EPOCH));
            case "budget" -> quiet;
            default -> Rules.situation();
        };
        Set<Capability> able = Set.of(Capability.CHAT, Capability.VISION);
        Call call = Rules.call("auto", false);
        Continuity past = new Continuity("", 0, 9, 0, 60, 700, 700, -1);
        return new Question(world.equals("session") ? Copies.with(call, "session", "s-1") : call, context, situation,
                List.of(Rules.candidate("a/poor", able, 3, -1, 0, Candidate.Vitals.UNKNOWN),
                        Rules.candidate("b/good", able, 8, -1, 0, Candidate.Vitals.UNKNOWN)),
                world.equals("past") ? past : Continuity.NONE);
    }

    private static String first(Decision decision) {
        return decision instanceof Decision.Allow allow ? allow.plan().attempts().getFirst().id() : "";
    }

    private @Nullable String flip(Question question, String model) {
        Explanation.Flip flip = whyNot(question, model).flip();
        return flip == null ? null : flip.text();
    }

    private Explanation.WhyNot whyNot(Question question, String model) {
        try (Policy policy = Rules.policy(folder)) {
            assertThat(policy.load().problems()).isEmpty();
            Explanation explanation = Objects.requireNonNull(policy.ruling()).explain(question, model);
            return explanation.whyNot().stream().filter(one -> one.candidate().equals(model)).findFirst()
                    .orElseThrow();
        }
    }
}
