package dev.formulary.engine.decision;

import static dev.formulary.engine.decision.Rules.candidate;
import static dev.formulary.engine.decision.Verdicts.tried;
import static dev.formulary.engine.decision.Verdicts.verdict;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Continuity;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.DecisionDraft;
import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Reason;
import dev.formulary.spi.Capability;
import dev.formulary.spi.ClassPrices;
import dev.formulary.spi.ModelCard;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A session keeps its model, or says why not.
class StayingTest {
    private static final Candidate BEST = candidate("cloud/best", 9, 0);
    private static final Candidate PLAIN = candidate("home/plain", 5, 0, "home");
    private static final Candidate POOR = candidate("home/poor", 2, 0, "home");
    private static final Candidate DEAR = candidate("cloud/dear", 8, 5_000_000, "dear");

    @TempDir
    Path folder;

    private static Continuity after(String model) {
        return new Continuity(model, 3, 5, 1, 60, -1, -1, -1);
    }

    private static Question session(String model) {
        return Rules.question(BEST, PLAIN, POOR, DEAR).with(after(model));
    }

    /// What the gateway itself says of the session.
    private static List<Reason> told(Decision decision) {
        return decision.reasons().stream().filter(one -> one.rule().equals("engine")
                && Set.of("stay", "move").contains(one.verb())).toList();
    }

    @Test
    void theModelThatAnsweredLastGoesFirstAndTheOthersFollowAsTheyRank() {
        Decision plain = verdict(session(""), _ -> {});
        Decision stays = verdict(session("home/poor"), _ -> {});
        assertThat(tried(plain)).startsWith("cloud/best");
        assertThat(tried(stays)).containsExactly("home/poor", "cloud/best", "home/plain");
        assertThat(stays.ranking()).as("how models fare is the same").isEqualTo(plain.ranking());
        assertThat(told(stays)).containsExactly(new Reason("engine", "stay", "home/poor",
                "the session keeps to the model that answered last", "", 0));
        assertThat(told(plain)).isEmpty();
    }

    @Test
    void aCallThatNamesAModelGetsThatModel() {
        Question named = Rules.named("cloud/best", true, BEST, POOR).with(after("home/poor"));
        assertThat(tried(verdict(named, DecisionDraft::pin))).containsExactly("cloud/best", "home/poor");
        assertThat(told(verdict(named, DecisionDraft::pin))).isEmpty();
    }

    @Test
    void whatMadeItLeaveItsModelIsTold() {
        assertThat(left("home/poor", draft -> draft.forbid(POOR)))
                .isEqualTo("the session's model may not answer: because of some-rule");
        assertThat(left("home/poor", draft -> draft.requireSafety(9))).startsWith("the session's model may not answer");
        assertThat(left("cloud/dear", DecisionDraft::keepFree)).startsWith("the session's model may not answer");
        assertThat(left("home/poor", draft -> draft.lastResort("home"))).startsWith("the session's model may not");
        assertThat(left("home/gone", _ -> {})).isEqualTo("the session's model is not offered any more");
    }

    private static Candidate caching(long input, long cached) {
        return Candidate.of("cloud",
                new ModelCard("keeps", Set.of(Capability.CHAT), 0, input, input, false, Set.of(), 5,
                        -1, Map.of(), new ClassPrices(cached, -1, -1, -1, -1, "", "")),
                Candidate.Vitals.UNKNOWN);
    }

    private static String stays(Candidate model, int promptTokens, int idleSeconds, Consumer<DecisionDraft> says) {
        Question asked = Rules.question(BEST, model)
                .with(new Continuity("cloud/keeps", 3, 5, 1, idleSeconds, -1, -1, -1));
        Context c = asked.context();
        Decision decision = verdict(asked.with(new Context(c.need(), c.risk(), c.emotion(), c.ageBand(), c.privacy(),
                c.task(), c.consent(), c.clinician(), true, c.zone(), c.language(), promptTokens, c.maxTokens(),
                c.needs(), c.deterministic(), c.sources())), says);
        assertThat(tried(decision)).startsWith("cloud/keeps");
        return told(decision).getFirst().text();
    }

    /// 1,000 tokens at $1.50 for a million read anew, and $0.30 from the cache.
    @Test
    void itSaysWhatTheVendorsCacheOfThePromptIsWorth() {
        String keeps = "the session keeps to the model that answered last";
        assertThat(stays(caching(1_500_000, 300_000), 1_000, 60, _ -> {}))
                .isEqualTo(keeps + ", whose prompt cache is worth up to about $0.0012");
        assertThat(stays(caching(1_500_000, 300_000), 1_000, 60, DecisionDraft::pin)).isEqualTo(
                "the session is pinned to the model that answered last, whose prompt cache is worth up to about $0.0012");
        assertThat(stays(caching(3_000_000, 0), 1_111_111, -1, _ -> {})).endsWith(" about $3.3");
    }

    @Test
    void whereNothingIsSavedOrNobodyKnowsNoWorthIsNamed() {
        String keeps = "the session keeps to the model that answered last";
        assertThat(stays(caching(1_500_000, -1), 1_000, 60, _ -> {})).as("no price of its own").isEqualTo(keeps);
        assertThat(stays(caching(-1, 300_000), 1_000, 60, _ -> {})).as("no price at all").isEqualTo(keeps);
        assertThat(stays(caching(300_000, 300_000), 1_000, 60, _ -> {})).as("not cheaper").isEqualTo(keeps);
        assertThat(stays(caching(1_500_000, 300_000), 0, 60, _ -> {})).as("no prompt").isEqualTo(keeps);
        assertThat(stays(caching(1_500_000, 300_000), 1_000, 3_601, _ -> {})).as("let go of").isEqualTo(keeps);
    }

    private static String left(String model, Consumer<DecisionDraft> says) {
        Decision decision = verdict(session(model), says);
        if (decision instanceof Decision.Allow) {
            assertThat(tried(decision)).startsWith("cloud/best");
        }
        assertThat(told(decision)).extracting(Reason::verb, Reason::subject).containsExactly(tuple("move", model));
        return told(decision).getFirst().text();
    }

    @Test
    void itDoesNotWaitForAModelWhoseBreakerIsOpen() {
        Candidate broken = candidate("home/broken", Set.of(Capability.CHAT), 5, 0, 0,
                Rules.vitals(BreakerState.OPEN, 1, 20));
        Candidate recovering = candidate("home/broken", Set.of(Capability.CHAT), 5, 0, 0,
                Rules.vitals(BreakerState.HALF_OPEN, 1, 20));
        Decision moved = verdict(Rules.question(BEST, broken).with(after("home/broken")), DecisionDraft::pin);
        assertThat(tried(moved)).containsExactly("cloud/best", "home/broken");
        assertThat(told(moved)).extracting(Reason::text)
                .containsExactly("the session's model has failed too often of late");
        assertThat(tried(verdict(Rules.question(BEST, recovering).with(after("home/broken")), _ -> {})))
                .startsWith("home/broken");
    }

    @Test
    void atABoundaryItIsChosenAsIfThereWereNoSession() {
        Decision moved = verdict(session("home/poor"), DecisionDraft::move);
        assertThat(tried(moved)).isEqualTo(tried(verdict(session(""), _ -> {})));
        assertThat(moved.reasons()).extracting(Reason::rule, Reason::verb).contains(tuple("some-rule", "move"));
        assertThat(told(moved)).isEmpty();
    }

    @Test
    void aPinHoldsWhateverElseWouldMoveTheSession() {
        Decision pinned = verdict(session("home/poor"), draft -> {
            draft.move();
            draft.pin();
            draft.prefer(BEST, 100);
            draft.avoid(POOR, 100);
        });
        assertThat(tried(pinned)).startsWith("home/poor", "cloud/best");
        assertThat(told(pinned)).extracting(Reason::text)
                .containsExactly("the session is pinned to the model that answered last");
    }

    @Test
    void ofOneAttemptItIsTheSessionsModel() {
        assertThat(tried(verdict(session("home/poor"), draft -> draft.cap(Parameter.ATTEMPTS, 1))))
                .containsExactly("home/poor");
    }

    @Test
    void rulesSeeWhatCameBefore() {
        Rules.put(folder, "cost/a.drl",
                Rules.rule("long", "Continuity( model != \"\", inRow >= 3, idleSeconds < 3600 )",
                        "decision.move();")
                        + Rules.rule("grave", "Continuity( crisisWithin(1800) == CrisisLevel.HIGH )",
                                "decision.pin();"));
        Rules.put(folder, "cost/b.csv", """
            session-calls,last-model,crisis-seconds,->,pin,move,cap-max-tokens,reason
            >4,home/*,unknown,,,yes,7,table
            """);
        Continuity grave = new Continuity("home/poor", 3, 5, 1, 60, 9, 9, -1);
        try (Policy policy = Rules.policy(folder)) {
            assertThat(policy.load().problems()).isEmpty();
            assertThat(tried(policy.decide(session("home/poor")))).startsWith("cloud/best");
            assertThat(policy.decide(session("home/poor")).reasons()).extracting(Reason::rule).contains("long", "b.2");
            assertThat(tried(policy.decide(session("home/poor").with(grave)))).startsWith("home/poor");
            assertThat(policy.decide(session("home/poor").with(Continuity.NONE)).reasons()).isEmpty();
        }
    }

    @Test
    void rulesAndReadersLearnHowMuchWentAlongThatTheGatewayHadKept() {
        Rules.put(folder, "cost/a.drl", Rules.rule("much", "Continuity( keptTurns >= 2, keptTokens > 300 )",
                "decision.cap(Parameter.MAX_TOKENS, 9);"));
        String told = "of this session 2 turns went along that the gateway had kept, with 340 tokens";
        try (Policy policy = Rules.policy(folder)) {
            assertThat(policy.load().problems()).isEmpty();
            Question asked = session("").after(2, 340);
            Decision decision = policy.decide(asked);
            assertThat(decision.reasons()).contains(new Reason("engine", "history", "", told, "", 0))
                    .extracting(Reason::rule).contains("much");
            assertThat(Objects.requireNonNull(policy.ruling()).explain(asked, "").notes()).containsExactly(told);
            assertThat(policy.decide(session("").after(1, 9)).reasons()).extracting(Reason::text)
                    .containsExactly("of this session 1 turn went along that the gateway had kept, with 9 tokens");
            assertThat(policy.decide(session("")).reasons()).isEmpty();
        }
    }

    @Test
    void anExplanationSaysThatTheSessionStaysAndWhatWouldHaveChangedIt() {
        Rules.put(folder, "cost/a.drl", Rules.rule("long", "Continuity( inRow >= 10 )", "decision.move();"));
        try (Policy policy = Rules.policy(folder)) {
            assertThat(policy.load().problems()).isEmpty();
            Explanation explained = Objects.requireNonNull(policy.ruling()).explain(
                    Rules.question(BEST, candidate("home/same", 9, 0)).with(after("home/same")), "cloud/best");
            assertThat(explained.model()).isEqualTo("home/same");
            Explanation.WhyNot best = explained.whyNot().stream().filter(one -> one.candidate().equals("cloud/best"))
                    .findFirst().orElseThrow();
            assertThat(best.stopped()).containsExactly("the session keeps to home/same");
            assertThat(Objects.requireNonNull(best.flip()).text())
                    .isEqualTo("if the session's in row were 10 instead of 3");
            assertThat(best.also()).extracting(Explanation.Flip::text)
                    .contains("if the session's last model were none instead of home/same");
        }
    }
}
