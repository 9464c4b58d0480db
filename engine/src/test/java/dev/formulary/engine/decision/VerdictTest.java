package dev.formulary.engine.decision;

import static dev.formulary.engine.decision.Rules.candidate;
import static dev.formulary.engine.decision.Rules.named;
import static dev.formulary.engine.decision.Rules.question;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Continuity;
import dev.formulary.engine.facts.CrisisLevel;
import dev.formulary.engine.facts.CrisisType;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.DecisionDraft;
import dev.formulary.engine.facts.EmotionalState;
import dev.formulary.engine.facts.Need;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Priority;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Ranking;
import dev.formulary.engine.facts.Reason;
import dev.formulary.engine.facts.Risk;
import dev.formulary.engine.facts.Screening;
import dev.formulary.engine.facts.Severity;
import dev.formulary.engine.facts.Term;
import dev.formulary.spi.Capability;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class VerdictTest {
    private static final Candidate FREE = candidate("home/free", 4, 0);
    private static final Candidate CHEAP = candidate("cloud/cheap", 5, 1_000_000);
    private static final Candidate GOOD = candidate("cloud/good", 9, 1_000_000);
    private static final Candidate SIMULATED = candidate("sim/echo", 10, 0, "simulated");

    /// Each entry is a rule and what it says.
    private static Decision verdict(Question question, Map<String, Consumer<DecisionDraft>> rules) {
        var draft = new Draft(rule("engine"));
        rules.forEach((id, says) -> {
            draft.begin(rule(id));
            says.accept(draft);
        });
        return Verdict.of(question, "hash",
                new Findings(draft.said(), List.of(), List.of(), List.of(), null, Set.of()));
    }

    private static RuleInfo rule(String id) {
        return new RuleInfo(id, id, "", "because of " + id, Kind.COST, "cost/x.drl", 1);
    }

    private static Decision verdict(Question question, Consumer<DecisionDraft> rule) {
        return verdict(question, Map.of("some-rule", rule));
    }

    private static List<String> tried(Decision decision) {
        assertThat(decision).isInstanceOf(Decision.Allow.class);
        return ((Decision.Allow) decision).plan().attempts().stream().map(Candidate::id).toList();
    }

    private static String denied(Decision decision) {
        assertThat(decision).isInstanceOf(Decision.Deny.class);
        return ((Decision.Deny) decision).code() + ": " + ((Decision.Deny) decision).message();
    }

    private static Question needing(Set<Capability> needs, int promptTokens, Candidate... candidates) {
        Context plain = Context.unspecified();
        var context = new Context(plain.need(), plain.risk(), plain.emotion(), plain.ageBand(), plain.privacy(),
                plain.task(), false, false, false, "", "", promptTokens, 100, needs, false, Map.of());
        return new Question(Rules.call("auto", false), context, Rules.situation(), List.of(candidates));
    }

    @Test
    void forbidOverridesRequireOverridesPrefer() {
        Decision decision = verdict(question(FREE, CHEAP, GOOD), Map.of("f", draft -> draft.forbid(GOOD), "r",
                draft -> draft.requireCapability(Capability.CHAT), "p", draft -> draft.prefer(GOOD, 100), "l",
                draft -> draft.prefer(CHEAP, 100)));
        assertThat(tried(decision)).containsExactly("cloud/cheap", "home/free");
        assertThat(decision.ranking().getLast()).isEqualTo(new Ranking("cloud/good", false, 0, List.of("f")));
    }

    @Test
    void requirementsRuleOutWhatDoesNotMeetThem() {
        assertThat(tried(verdict(question(FREE, GOOD), DecisionDraft::requireLocal))).containsExactly("home/free");
        assertThat(tried(verdict(question(FREE, SIMULATED), draft -> draft.requireLabel("simulated"))))
                .containsExactly("sim/echo");
        assertThat(denied(verdict(question(FREE, GOOD), draft -> draft.requireSafety(0))))
                .as("unmeasured is not safe").isEqualTo("no_model_allowed: no model may answer: because of some-rule");
    }

    @Test
    void whatTheCallNeedsComesBeforeAnyRule() {
        Candidate embedder = candidate("x/embed", Set.of(Capability.EMBED), 9, 0, 0, Candidate.Vitals.UNKNOWN);
        Candidate seeing = candidate("x/see", Set.of(Capability.CHAT, Capability.VISION), 1, 0, 150,
                Candidate.Vitals.UNKNOWN);
        Decision pictures = verdict(needing(Set.of(Capability.CHAT, Capability.VISION), 50, FREE, embedder, seeing),
                draft -> {});
        assertThat(tried(pictures)).containsExactly("x/see");
        assertThat(pictures.reasons()).contains(
                new Reason("engine", "forbid", "home/free", "the model does not see pictures", "", 0));
        assertThat(denied(verdict(needing(Set.of(Capability.CHAT), 51, seeing), _ -> {})))
                .isEqualTo("context_length_exceeded: input length and `max_tokens` exceed context limit: 51 + 100 > 150"
                        + " maximum context length; ask for a shorter answer, or shorten the conversation");
        assertThat(tried(verdict(needing(Set.of(Capability.EMBED), 0, FREE, embedder), _ -> {})))
                .containsExactly("x/embed");
        assertThat(tried(verdict(needing(Set.of(), 0, FREE, embedder), _ -> {}))).containsExactly("home/free");
    }

    @Test
    void whoAsksTooMuchIsToldByHowMuchWhereLessWouldBeAnswered() {
        Candidate small = candidate("x/small", Set.of(Capability.CHAT), 1, 0, 150, Candidate.Vitals.UNKNOWN);
        Candidate smaller = candidate("x/smaller", Set.of(Capability.CHAT), 1, 0, 120, Candidate.Vitals.UNKNOWN);
        Question long200 = needing(Set.of(Capability.CHAT), 200, smaller, small);
        String told = "context_length_exceeded: prompt is too long: 200 tokens > 150 maximum; this model's maximum context"
                + " length is 150 tokens; shorten the conversation, or name a model with more room";
        assertThat(denied(verdict(long200, _ -> {}))).isEqualTo(told);
        assertThat(denied(verdict(long200, draft -> draft.forbid(smaller)))).isEqualTo(told);
        assertThat(denied(verdict(new Question(Rules.call("x/small", false), long200.context(), Rules.situation(),
                List.of(smaller, small)), _ -> {}))).isEqualTo(told);
        assertThat(denied(verdict(long200, draft -> {
            draft.forbid(small);
            draft.forbid(smaller);
        }))).startsWith("no_model_allowed");
    }

    @Test
    void freeModelsStayBeforePaidOnesAndStandInsLast() {
        assertThat(tried(verdict(question(FREE, CHEAP), DecisionDraft::keepFree))).containsExactly("home/free");
        assertThat(tried(verdict(question(CHEAP, GOOD), DecisionDraft::keepFree))).hasSize(2);
        Map<String, Consumer<DecisionDraft>> both = Map.of("k", DecisionDraft::keepFree, "l",
                draft -> draft.lastResort("simulated"));
        assertThat(tried(verdict(question(SIMULATED, CHEAP), both))).containsExactly("cloud/cheap");
        assertThat(tried(verdict(question(SIMULATED), both))).containsExactly("sim/echo");
        assertThat(tried(verdict(question(SIMULATED, FREE),
                Map.of("k", DecisionDraft::keepFree, "l", draft -> draft.lastResort("simulated"), "f",
                        draft -> draft.forbid(FREE)))))
                .containsExactly("sim/echo");
    }

    @Test
    void aNamedModelAnswersOrTheCallIsRefused() {
        Consumer<DecisionDraft> keepFree = DecisionDraft::keepFree;
        assertThat(tried(verdict(named("cloud/good", false, FREE, GOOD), keepFree))).containsExactly("cloud/good");
        assertThat(tried(verdict(named("good", false, FREE, GOOD), keepFree))).containsExactly("cloud/good");
        assertThat(denied(verdict(named("cloud/good", false, FREE, GOOD), draft -> draft.forbid(GOOD))))
                .isEqualTo("model_forbidden: the model 'cloud/good' may not answer: because of some-rule");
    }

    @Test
    void aNamedModelIsReplacedOnlyWhereThatIsWanted() {
        assertThat(tried(verdict(named("home/free", true, FREE, GOOD, CHEAP), _ -> {}))).containsExactly("home/free",
                "cloud/good", "cloud/cheap");
        assertThat(tried(verdict(named("cloud/good", true, FREE, GOOD), draft -> draft.forbid(GOOD))))
                .containsExactly("home/free");
        assertThat(denied(verdict(named("cloud/good", true, GOOD), draft -> draft.forbid(GOOD))))
                .startsWith("no_model_allowed");
    }

    @Test
    void anUnknownModelIsToldWithTheNearestNames() {
        Candidate[] many = new Candidate[8];
        for (int i = 0; i < many.length; i++) {
            many[i] = candidate("cloud/model-" + i);
        }
        assertThat(denied(verdict(named("model-77", false, many), _ -> {})))
                .isEqualTo("model_not_found: there is no model 'model-77'; there are cloud/model-7, cloud/model-0, "
                        + "cloud/model-1, cloud/model-2, cloud/model-3 and others, and 'auto' lets policy choose");
        assertThat(denied(verdict(named("lama", false, candidate("a/whisper"), candidate("b/llama"),
                candidate("c/mistral")), _ -> {}))).contains("there are b/llama, ");
        assertThat(denied(verdict(named("same", false, candidate("a/same"), candidate("b/same")), _ -> {})))
                .contains("name one of a/same, b/same");
        assertThat(denied(verdict(named("x".repeat(10_000), false), _ -> {}))).contains("…", "no other either");
    }

    @Test
    void aDenialSaysWhatTheRulesSay() {
        assertThat(denied(verdict(question(FREE),
                Map.of("b", draft -> draft.deny("second"), "a", draft -> draft.deny("first")))))
                .isEqualTo("denied_by_policy: first; second");
        assertThat(denied(verdict(question(), _ -> {})))
                .isEqualTo("no_model_allowed: no model may answer: there is none at all");
    }

    @Test
    void parametersTakeTheLowestCapAndReportConflicts() {
        var allow = (Decision.Allow) verdict(question(FREE), Map.of("a",
                draft -> draft.set(Parameter.TEMPERATURE, 0.7), "b", draft -> draft.set(Parameter.TEMPERATURE, 0.2),
                "c", draft -> draft.cap(Parameter.MAX_TOKENS, 500), "d",
                draft -> draft.cap(Parameter.MAX_TOKENS, 300)));
        assertThat(allow.plan().parameters().get(Parameter.TEMPERATURE)).extracting("preset").isEqualTo(0.2);
        assertThat(allow.plan().parameters().get(Parameter.MAX_TOKENS)).extracting("cap").isEqualTo(300.0);
        assertThat(allow.problems()).singleElement().isEqualTo("conflict: rule 'b' sets TEMPERATURE=0.2, "
                + "rule 'a' sets TEMPERATURE=0.7; the smaller value holds");
    }

    @Test
    void aConflictSaysWhatEachRuleWants() {
        Decision decision = verdict(question(FREE), Map.of("soon", draft -> draft.queue(Priority.URGENT), "late",
                draft -> draft.queue(Priority.BATCH)));
        assertThat(decision.problems()).containsExactly(
                "conflict: rule 'late' says queue BATCH, rule 'soon' says queue URGENT; the smaller value holds");
        assertThat(Verdicts.allowed(decision).plan().queue()).isEqualTo(Priority.BATCH);
    }

    @Test
    void nothingIsCachedUnlessSetAndNotCapped() {
        assertThat(cacheSeconds(_ -> {})).isZero();
        assertThat(cacheSeconds(draft -> draft.set(Parameter.CACHE_SECONDS, 60))).isEqualTo(60);
        assertThat(cacheSeconds(draft -> draft.cap(Parameter.CACHE_SECONDS, 60))).isZero();
        assertThat(cacheSeconds(draft -> {
            draft.set(Parameter.CACHE_SECONDS, 60);
            draft.cap(Parameter.CACHE_SECONDS, 0);
        })).isZero();
    }

    private static int cacheSeconds(Consumer<DecisionDraft> rule) {
        return ((Decision.Allow) verdict(question(FREE), rule)).plan().cacheSeconds();
    }

    @Test
    void threeModelsAreTriedUnlessARuleSaysOtherwise() {
        Question four = question(FREE, CHEAP, GOOD, SIMULATED);
        assertThat(tried(verdict(four, _ -> {}))).hasSize(3);
        assertThat(tried(verdict(four, draft -> draft.set(Parameter.ATTEMPTS, 9)))).hasSize(4);
        assertThat(tried(verdict(four, draft -> draft.cap(Parameter.ATTEMPTS, 1)))).hasSize(1);
        assertThat(tried(verdict(four, draft -> draft.cap(Parameter.ATTEMPTS, 0)))).hasSize(1);
    }

    @Test
    void aRuleMayMakeATermCountForMore() {
        assertThat(tried(verdict(question(GOOD, FREE), _ -> {}))).containsExactly("cloud/good", "home/free");
        assertThat(tried(verdict(question(GOOD, FREE), draft -> draft.weigh(Term.COST, 10))))
                .containsExactly("home/free", "cloud/good");
        assertThat(tried(verdict(question(GOOD, FREE), draft -> draft.avoid(GOOD, 50))))
                .containsExactly("home/free", "cloud/good");
        assertThat(verdict(question(GOOD, FREE), draft -> {
            draft.weigh(Term.LATENCY, 0);
            draft.weigh(Term.LOAD, 0);
            draft.weigh(Term.QUALITY, 0);
            draft.weigh(Term.COST, 0);
        }).ranking()).extracting(Ranking::candidate).as("equals stand in the order of their ids")
                .containsExactly("cloud/good", "home/free");
    }

    @Test
    void oneCodeIsOneAlertAndTheWorstHolds() {
        assertThat(verdict(question(FREE), Map.of("a", draft -> draft.alert(Severity.INFO, "x", "fine"), "b",
                draft -> draft.alert(Severity.CRITICAL, "x", "bad"), "c",
                draft -> draft.alert(Severity.INFO, "y", "m".repeat(600)))).notices())
                .satisfiesExactlyInAnyOrder(
                        notice -> assertThat(notice).isEqualTo(new Notice("b", Severity.CRITICAL, "x", "bad")),
                        notice -> assertThat(notice.message()).hasSize(501));
    }

    @Test
    void anAlertIsRaisedAlsoWhenTheCallIsDenied() {
        assertThat(verdict(question(FREE), draft -> {
            draft.deny("no");
            draft.alert(Severity.INFO, "x", "y");
        }).notices()).hasSize(1);
    }

    @Test
    void theOrderInWhichRulesSpeakDoesNotMatter() {
        var said = new ArrayList<Consumer<DecisionDraft>>(List.of(draft -> draft.weigh(Term.COST, 1.1),
                draft -> draft.weigh(Term.COST, 0.3), draft -> draft.weigh(Term.COST, 7.7),
                draft -> draft.prefer(GOOD, 0.1), draft -> draft.prefer(GOOD, 0.2), draft -> draft.avoid(GOOD, 33.3),
                draft -> draft.set(Parameter.TOP_P, 0.5), draft -> draft.set(Parameter.TOP_P, 0.25),
                draft -> draft.cap(Parameter.MAX_TOKENS, 7), draft -> draft.cap(Parameter.MAX_TOKENS, 9),
                draft -> draft.forbid(CHEAP), draft -> draft.requireLabel("nothing"), DecisionDraft::keepFree,
                draft -> draft.lastResort("simulated"), draft -> draft.alert(Severity.INFO, "x", "1"),
                draft -> draft.alert(Severity.INFO, "x", "2")));
        said.remove(11);
        var random = new Random(42);
        Decision.@Nullable Allow first = null;
        for (int round = 0; round < 200; round++) {
            Collections.shuffle(said, random);
            Map<String, Consumer<DecisionDraft>> rules = new LinkedHashMap<>();
            rules.put("all", draft -> said.forEach(one -> one.accept(draft)));
            var allow = (Decision.Allow) verdict(question(FREE, CHEAP, GOOD, SIMULATED), rules);
            if (first != null) {
                assertThat(allow.plan()).isEqualTo(first.plan());
                assertThat(allow.ranking()).isEqualTo(first.ranking());
                assertThat(allow.notices()).isEqualTo(first.notices());
            }
            first = allow;
        }
    }

    @Test
    void nonsenseIsRefusedWhereItIsSaid() {
        var draft = new Draft(rule("r"));
        List<Consumer<DecisionDraft>> nonsense = List.of(one -> one.prefer(FREE, 101), one -> one.avoid(FREE, -1),
                one -> one.weigh(Term.COST, Double.NaN), one -> one.set(Parameter.TEMPERATURE, 2.1),
                one -> one.set(Parameter.TOP_P, 1.1), one -> one.cap(Parameter.MAX_TOKENS, -1),
                one -> one.requireSafety(11));
        for (Consumer<DecisionDraft> one : nonsense) {
            assertThatThrownBy(() -> one.accept(draft)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("takes a number from");
        }
        assertThat(draft.said()).isEmpty();
    }

    @Test
    void everythingThatWasSaidIsAReason() {
        Decision decision = verdict(question(FREE), draft -> {
            draft.forbid(GOOD);
            draft.requireLocal();
            draft.keepFree();
            draft.lastResort("simulated");
            draft.prefer(FREE, 1);
            draft.avoid(FREE, 1);
            draft.weigh(Term.COST, 2);
            draft.set(Parameter.TOP_P, 0.5);
            draft.cap(Parameter.MAX_TOKENS, 5);
            draft.deny("no");
            draft.alert(Severity.INFO, "code", "text");
        });
        assertThat(decision.reasons()).extracting(Reason::verb).containsExactly("forbid", "require", "keep-free",
                "last-resort", "prefer", "avoid", "weigh", "set", "cap", "deny", "alert");
        assertThat(decision.reasons()).extracting(Reason::subject).containsExactly("cloud/good", "local", "",
                "simulated", "home/free", "home/free", "COST x2.0", "TOP_P=0.5", "MAX_TOKENS=5.0", "", "code");
        assertThat(decision.reasons()).extracting(Reason::text).containsOnly("because of some-rule");
    }

    /// How many of 500 calls are given first to a model of which nothing is known, although another one is quick.
    private static long trials(Context context) {
        return trials(context, Continuity.NONE);
    }

    private static long trials(Context context, Continuity continuity) {
        Candidate known = Rules.candidate("cloud/known", Set.of(Capability.CHAT), 5, 0, 0,
                new Candidate.Vitals(BreakerState.CLOSED, 0, 50, 100, 300, 0, -1));
        Call like = Rules.call("auto", false);
        return IntStream.range(0, 500).mapToObj(i -> new Call("call-" + i, like.dialect(), "http", "alice", "", "auto",
                false, like.priority(), null, false, like.received(), 60_000))
                .map(call -> verdict(new Question(call, context, Rules.situation(),
                        List.of(candidate("cloud/new", 5, 0), known), continuity), _ -> {}))
                .filter(decision -> tried(decision).getFirst().equals("cloud/new")).count();
    }

    private static Context facing(Risk risk, CrisisLevel seen) {
        Context plain = Copies.with(Context.unspecified(), "risk", risk);
        return Copies.with(plain, "screening", new Screening(seen, Set.of(), List.of(), ""));
    }

    private static Continuity afterCrisis(int moderate, int high) {
        return new Continuity("", 0, 3, 0, 10, moderate, high, -1);
    }

    @Test
    void aFewCallsTryAModelThatNobodyKnowsButNoneOfAPersonWhoMayBeInDanger() {
        assertThat(trials(Context.unspecified())).isBetween(1L, 30L);
        assertThat(trials(facing(Risk.MODERATE, CrisisLevel.NONE))).isPositive();
        assertThat(trials(facing(Risk.HIGH, CrisisLevel.NONE))).isZero();
        assertThat(trials(facing(Risk.LOW, CrisisLevel.LOW))).isZero();
        Context plain = Context.unspecified();
        assertThat(trials(Copies.with(plain, "need", Need.CRISIS_INTERVENTION))).isZero();
        assertThat(trials(Copies.with(plain, "need", Need.MINDFULNESS))).isPositive();
        assertThat(trials(Copies.with(plain, "emotion", EmotionalState.CRISIS))).isZero();
        assertThat(trials(Copies.with(plain, "therapy", Copies.with(plain.therapy(), "crisis",
                CrisisType.PANIC_ATTACK)))).isZero();
        assertThat(trials(plain, afterCrisis(1_800, 5_000))).isZero();
        assertThat(trials(plain, afterCrisis(1_801, 5_000))).isPositive();
    }
}
