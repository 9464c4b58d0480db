package dev.formulary.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.formulary.engine.facts.Continuity;
import dev.formulary.engine.facts.Question;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
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

    @Test
    void aLineOfBeforeThereWereSessionsIsOneWithoutASession() throws IOException {
        var call = Decisions.call("d1");
        var without = new DecisionFile.Line(call, List.of(), null, null);
        var within = new DecisionFile.Line(call, List.of("tenant"), null, new Continuity("a/m", 1, 2, 3, 4, 5, 6, 7));
        String written = new String(FactsJson.write(without), StandardCharsets.UTF_8);

        assertThat(written).doesNotContain("continuity");
        assertThat(FactsJson.line(bytes(written))).isEqualTo(without);
        assertThat(FactsJson.line(FactsJson.write(within))).isEqualTo(within);
        assertThatThrownBy(() -> FactsJson.line(bytes(written.replace("\"hidden\"", "\"hiden\""))))
                .isInstanceOf(IOException.class);
        var outcome = Decisions.outcome();
        String ended = new String(FactsJson.write(outcome), StandardCharsets.UTF_8);
        assertThat(ended).contains(",\"handedOver\":\"\"");
        assertThat(FactsJson.outcome(bytes(ended))).isEqualTo(outcome);
        assertThat(FactsJson.outcome(bytes(ended.replace(",\"handedOver\":\"\"", "")))).isEqualTo(outcome);
        String both = new String(FactsJson.write(new DecisionFile.Line(call, List.of(), outcome, null)),
                StandardCharsets.UTF_8);
        assertThat(FactsJson.line(bytes(both.replace(",\"handedOver\":\"\"", ""))).outcome()).isEqualTo(outcome);
        assertThatThrownBy(() -> FactsJson.line(bytes("[]"))).isInstanceOf(IOException.class);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
