package dev.formulary.engine.decision;

import static dev.formulary.engine.decision.Rules.call;
import static dev.formulary.engine.decision.Rules.situation;
import static dev.formulary.engine.decision.Verdicts.allowed;
import static dev.formulary.engine.decision.Verdicts.rule;
import static dev.formulary.engine.decision.Verdicts.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Continuity;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Ranking;
import dev.formulary.spi.Capability;
import dev.formulary.spi.ModelCard;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Vectors of different models can't be compared, so a call is answered by those of one model, however models do just now.
class VectorSpaceTest {
    private static final Candidate GOOD = embedder("cloud/good", 8, 100_000, Map.of());
    private static final Candidate SAME = embedder("other/good:latest", -1, 300_000, Map.of());
    private static final Candidate FREE = embedder("home/small", 3, 0, Map.of());
    private static final Candidate CHAT = Rules.candidate("cloud/chat", 10, 0);

    private static Candidate embedder(String id, double quality, long price, Map<String, String> attributes) {
        return embedder(id, quality, price, attributes, Candidate.Vitals.UNKNOWN);
    }

    private static Candidate embedder(String id, double quality, long price, Map<String, String> attributes,
            Candidate.Vitals vitals) {
        int slash = id.indexOf('/');
        return Candidate.of(id.substring(0, slash), new ModelCard(id.substring(slash + 1), Set.of(Capability.EMBED),
                512, price, 0, id.startsWith("home/"), Set.of(), quality, -1, attributes), vitals);
    }

    private static Question vectors(String model, boolean substitute, Candidate... candidates) {
        Context like = Context.unspecified();
        var context = new Context(like.need(), like.risk(), like.emotion(), like.ageBand(), like.privacy(),
                like.task(), false, false, false, "", "", 100_000, 1, Set.of(Capability.EMBED), false, Map.of());
        Call chat = call(model, substitute);
        var call = new Call(chat.id(), Dialect.OPENAI_EMBEDDINGS, chat.via(), chat.tenant(), chat.key(), model,
                substitute, chat.priority(), null, false, chat.received(), chat.deadlineMs());
        return new Question(call, context, situation(), List.of(candidates));
    }

    private static List<String> attempts(Decision decision) {
        return allowed(decision).plan().attempts().stream().map(Candidate::id).toList();
    }

    @Test
    void onlyModelsThatMakeVectorsAreAskedAndTheLengthOfAllTextsIsNoObstacle() {
        assertThat(attempts(verdict(vectors("auto", false, CHAT, FREE), Map.of()))).containsExactly("home/small");
    }

    @Test
    void whoGivesTheSameVectorsStandsInAndNobodyElse() {
        Decision.Allow decision = allowed(verdict(vectors("auto", false, GOOD, SAME, FREE), Map.of()));

        assertThat(attempts(decision)).containsExactlyInAnyOrder("cloud/good", "other/good:latest");
        assertThat(decision.reasons()).anySatisfy(reason -> {
            assertThat(reason.subject()).isEqualTo("home/small");
            assertThat(reason.text()).isEqualTo("'auto' keeps to vectors of 'good', and those of other models can't be"
                    + " compared with them");
        });
        assertThat(decision.ranking()).filteredOn(Ranking::eligible).extracting(Ranking::candidate)
                .doesNotContain("home/small");
    }

    @Test
    void anOperatorCanSayThatModelsGiveTheSameVectors() {
        Candidate alike = embedder("home/converted", 1, 0, Map.of("vectors", "good"));
        assertThat(attempts(verdict(vectors("auto", false, GOOD, alike, FREE), Map.of())))
                .containsExactlyInAnyOrder("cloud/good", "home/converted");
    }

    @Test
    void howModelsDoJustNowAndWhatRulesPreferNeverChangesTheVectors() {
        var random = new Random(7);
        for (int i = 0; i < 500; i++) {
            var bad = new Candidate.Vitals(List.of(BreakerState.values()).get(random.nextInt(3)), random.nextDouble(),
                    50,
                    random.nextInt(9_000), random.nextInt(60_000), random.nextInt(100), random.nextInt(3));
            List<Candidate> models = new ArrayList<>(List.of(embedder("cloud/good", 8, 100_000, Map.of(), bad), FREE));
            Collections.shuffle(models, random);
            double points = random.nextInt(100);

            Decision decision = verdict(vectors("auto", false, models.toArray(new Candidate[0])), List.of(
                    new Verdicts.Saying(rule("liked", Kind.CONTEXT, 0), draft -> draft.prefer(FREE, points)),
                    new Verdicts.Saying(rule("spared", Kind.LOAD, 0), draft -> draft.spare(models.getFirst()))));

            assertThat(attempts(decision)).containsExactly("cloud/good");
        }
    }

    @Test
    void aLoadPolicyThatForbidsTheModelLeavesNoneRatherThanAnother() {
        var resting = new Verdicts.Saying(rule("rests", Kind.LOAD, 0), draft -> draft.forbid(GOOD));

        Decision decision = verdict(vectors("auto", false, GOOD, FREE), List.of(resting));

        assertThat(decision).isInstanceOfSatisfying(Decision.Deny.class, deny -> {
            assertThat(deny.code()).isEqualTo("no_model_allowed");
            assertThat(deny.message()).contains("because of rests", "keeps to vectors of 'good'");
        });
    }

    @Test
    void aLimitThatLastsChoosesOtherVectors() {
        var local = new Verdicts.Saying(rule("private", Kind.CONTEXT, 0), draft -> draft.requireLocal());
        assertThat(attempts(verdict(vectors("auto", false, GOOD, FREE), List.of(local)))).containsExactly("home/small");

        var free = new Verdicts.Saying(rule("thrift", Kind.COST, 0), draft -> draft.keepFree());
        assertThat(attempts(verdict(vectors("auto", false, GOOD, FREE), List.of(free)))).containsExactly("home/small");
    }

    @Test
    void aModelThatIsNamedAnswersAloneUnlessTheCallerAllowsOthers() {
        assertThat(attempts(verdict(vectors("cloud/good", false, GOOD, SAME, FREE), Map.of())))
                .containsExactly("cloud/good");
        assertThat(attempts(verdict(vectors("cloud/good", true, GOOD, SAME, FREE), Map.of())))
                .first().isEqualTo("cloud/good");
        assertThat(attempts(verdict(vectors("cloud/good", true, GOOD, SAME, FREE), Map.of()))).contains("home/small");
    }

    @Test
    void aBareNameThatSeveralProvidersHaveIsAnsweredByAnyOfThem() {
        Candidate two = embedder("third/good", 1, 0, Map.of());
        assertThat(attempts(verdict(vectors("good", false, GOOD, two, FREE), Map.of())))
                .containsExactlyInAnyOrder("cloud/good", "third/good");
        assertThat(verdict(vectors("nothing", false, GOOD, two), Map.of())).isInstanceOf(Decision.Deny.class);
    }

    @Test
    void theModelOfASessionIsNotAsked() {
        Question question = vectors("auto", false, GOOD, FREE)
                .with(new Continuity("home/small", 3, 3, 0, 1, -1, -1, -1));
        assertThat(attempts(verdict(question, Map.of()))).containsExactly("cloud/good");
    }
}
