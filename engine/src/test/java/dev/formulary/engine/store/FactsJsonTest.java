package dev.formulary.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Continuity;
import dev.formulary.engine.facts.FailureClass;
import dev.formulary.engine.facts.Outcome;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Reaction;
import dev.formulary.engine.facts.Situation;
import dev.formulary.engine.facts.StreamState;
import dev.formulary.spi.ClassPrices;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.PriceStep;
import dev.formulary.spi.Usage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FactsJsonTest {

    @Test
    void everyQuestionComesBackAsItWas() throws IOException {
        var facts = new RandomFacts(7);
        for (int i = 0; i < 2_000; i++) {
            Question question = facts.question();

            assertThat(FactsJson.question(FactsJson.write(question))).isEqualTo(question);
        }
    }

    @Test
    void everyDecisionComesBackAsItWas() throws IOException {
        var decision = Decisions.allow("d1");
        var candidates = ((dev.formulary.engine.facts.Decision.Allow) decision).plan().attempts();

        Ruled read = FactsJson.read(FactsJson.write(Ruled.of(decision)), Ruled.class);

        assertThat(read.decision("d1", candidates)).isEqualTo(decision);
        assertThat(FactsJson.read(FactsJson.write(Ruled.of(Decisions.deny("d2"))), Ruled.class).decision("d2",
                candidates)).isEqualTo(Decisions.deny("d2"));
        assertThatThrownBy(() -> read.decision("d1", candidates.subList(0, 1)))
                .hasMessage("the plan names a model that was no candidate");
    }

    @Test
    void factsWithOtherMembersAreNotMadeUp() {
        String json = new String(FactsJson.write(new RandomFacts(1).question()), StandardCharsets.UTF_8);

        assertThatThrownBy(() -> FactsJson.question(bytes(json.replace("\"deadlineMs\"", "\"deadline\""))))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> FactsJson.question(bytes(json.replaceFirst("\"stream\":(true|false),", ""))))
                .hasMessageContaining("stream");
        assertThatThrownBy(() -> FactsJson.question(bytes(json.replaceFirst("\"received\":\"", "\"received\":\"x"))))
                .hasMessageContaining("not a time in ISO 8601");
    }

    private static <T> void readsWithout(T value, Class<T> type, String member) throws IOException {
        String written = new String(FactsJson.write(value), StandardCharsets.UTF_8);
        assertThat(written).contains(member);
        assertThat(FactsJson.read(bytes(written), type)).isEqualTo(value);
        assertThat(FactsJson.read(bytes(written.replace(member, "")), type)).isEqualTo(value);
    }

    @Test
    void whatVersionsBeforeDidNotWriteIsKnownToHaveBeenSo() throws IOException {
        var call = Decisions.call("d1");
        var outcome = Decisions.outcome();
        var situation = new Situation(Decisions.NOON, Decisions.SITUATION.host(), List.of(), 3, 0, Set.of());
        readsWithout(new DecisionFile.Line(call, List.of(), null, null), DecisionFile.Line.class,
                ",\"continuity\":null");
        readsWithout(new DecisionFile.Line(call, List.of(), outcome, null), DecisionFile.Line.class,
                ",\"handedOver\":\"\"");
        var past = new Continuity("a/m", 1, 2, 3, 4, 5, 6, 7);
        readsWithout(past, Continuity.class, ",\"keptTurns\":0,\"keptTokens\":0");
        readsWithout(new DecisionFile.Line(call, List.of(), outcome, past), DecisionFile.Line.class,
                ",\"keptTurns\":0,\"keptTokens\":0");
        readsWithout(outcome, Outcome.class, ",\"handedOver\":\"\"");
        readsWithout(outcome, Outcome.class, ",\"handedOver\":\"\",\"stream\":null");
        readsWithout(situation, Situation.class, "\"waiting\":0,");
        readsWithout(situation, Situation.class, ",\"measures\":[]");
        readsWithout(situation, Situation.class, ",\"gpus\":[]");
        readsWithout(Ruled.of(Decisions.allow("d1")), Ruled.class, "\"queue\":null,");
        readsWithout(Ruled.of(Decisions.allow("d1")), Ruled.class, "\"reactions\":{},");
        String ruled = new String(FactsJson.write(Ruled.of(Decisions.allow("d1"))), StandardCharsets.UTF_8);
        assertThat(ruled).contains("\"holds\":false");
        String before = ruled.replaceAll("\"resource\":\"\",", "").replaceAll(
                ",\"timing\":\\{[^}]*\\},\"holds\":false,\"wanted\":\\[]", "");
        assertThat(before).doesNotContain("holds", "timing", "resource", "wanted");
        assertThat(FactsJson.read(bytes(before), Ruled.class)).isEqualTo(Ruled.of(Decisions.allow("d1")));
        List<Candidate.Vitals> vitals = List.of(Candidate.Vitals.UNKNOWN);
        String written = new String(FactsJson.write(vitals), StandardCharsets.UTF_8);
        assertThat(FactsJson.read(bytes(written.replace(",\"limitSeconds\":-1", "")
                .replace(",\"expectedFirstByteMs\":-1,\"expectedMs\":-1,\"doubt\":-1.0", "")),
                new TypeReference<List<Candidate.Vitals>>() {
                })).isEqualTo(vitals);
        var cards = List.of(new Parts.Card("a/m", "a", ModelCard.of("m")));
        String stored = new String(FactsJson.write(cards), StandardCharsets.UTF_8);
        assertThat(stored).contains(",\"steps\":[]");
        assertThat(FactsJson.read(bytes(stored.replace(",\"steps\":[]", "")),
                new TypeReference<List<Parts.Card>>() {
                })).isEqualTo(cards);
        readsWithout(new ClassPrices(1, 2, 3, 4, 5, "", "", List.of(new PriceStep(1, 2, 3, 4, 5))), ClassPrices.class,
                ",\"longCacheWrite\":-1");
        assertThat(FactsJson.read(bytes(stored.replace(",\"longCacheWrite\":-1", "")),
                new TypeReference<List<Parts.Card>>() {
                })).isEqualTo(cards);
        readsWithout(outcome, Outcome.class, ",\"longCacheWriteTokens\":0");
        readsWithout(new DecisionFile.Line(call, List.of(), outcome, null), DecisionFile.Line.class,
                ",\"longCacheWriteTokens\":0");
        var tried = new Outcome.Tried("home/llama", FailureCategory.TIMEOUT, "", 5, null);
        var older = new Outcome(Outcome.Status.FAILED, List.of(tried), Usage.NONE, 0, 5, 5);
        readsWithout(older, Outcome.class, ",\"kind\":null");
        readsWithout(older, Outcome.class, ",\"vainMicros\":null");
        var hedged = new Outcome(Outcome.Status.ANSWERED, List.of(tried.inVain(-1), tried.inVain(5)), Usage.NONE, 0, 5,
                5);
        assertThat(FactsJson.read(FactsJson.write(hedged), Outcome.class)).isEqualTo(hedged);
        readsWithout(new DecisionFile.Line(call, List.of(), older, null), DecisionFile.Line.class, ",\"kind\":null");
    }

    @Test
    void whatBecomesOfFailuresIsReadAsItWasWritten() throws IOException {
        Ruled ruled = Ruled.of(Decisions.allow("d1"));
        var reacting = new Ruled(ruled.ruleSet(), ruled.attempts(), ruled.parameters(), ruled.cacheSeconds(),
                ruled.balance(), ruled.queue(),
                Map.of(FailureClass.SERVER, Reaction.RETRY, FailureClass.DNS, Reaction.STOP), List.of(), ruled.code(),
                ruled.message(), ruled.reasons(), ruled.ranking(), ruled.notices(), ruled.problems());
        assertThat(FactsJson.read(FactsJson.write(reacting), Ruled.class)).isEqualTo(reacting);
        assertThat(new String(FactsJson.write(reacting), StandardCharsets.UTF_8))
                .contains("\"reactions\":{\"DNS\":\"STOP\",\"SERVER\":\"RETRY\"}");
    }

    @Test
    void howAStreamWentIsReadAgain() throws IOException {
        Outcome plain = Decisions.outcome();
        var stream = new Outcome.Stream(StreamState.DONE, List.of("b/m"));
        var streamed = new Outcome(plain.status(), plain.attempts(), plain.usage(), 1, 2, 3, "", stream);
        assertThat(FactsJson.read(FactsJson.write(streamed), Outcome.class)).isEqualTo(streamed);
        assertThat(Discretion.of(streamed).stream()).isEqualTo(stream);
    }

    @Test
    void whatIsThereIsRead() throws IOException {
        var within = new DecisionFile.Line(Decisions.call("d1"), List.of("tenant"), null,
                new Continuity("a/m", 1, 2, 3, 4, 5, 6, 7));
        String written = new String(FactsJson.write(within), StandardCharsets.UTF_8);
        assertThat(FactsJson.read(bytes(written), DecisionFile.Line.class)).isEqualTo(within);
        assertThatThrownBy(
                () -> FactsJson.read(bytes(written.replace("\"hidden\"", "\"hiden\"")), DecisionFile.Line.class))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> FactsJson.read(bytes("[]"), DecisionFile.Line.class)).isInstanceOf(IOException.class);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
