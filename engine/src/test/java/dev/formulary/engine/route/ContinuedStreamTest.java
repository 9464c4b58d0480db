package dev.formulary.engine.route;

import static dev.formulary.engine.dispatch.ScriptedProvider.failure;
import static dev.formulary.engine.dispatch.ScriptedProvider.finish;
import static dev.formulary.engine.dispatch.ScriptedProvider.give;
import static dev.formulary.engine.dispatch.ScriptedProvider.text;
import static dev.formulary.engine.route.Desk.RULES;
import static dev.formulary.engine.route.Desk.STREAMED;
import static dev.formulary.engine.route.Desk.frames;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.dialect.AnthropicMessages;
import dev.formulary.engine.dialect.OllamaChat;
import dev.formulary.engine.dispatch.Dispatching;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Outcome;
import dev.formulary.engine.facts.Outcome.Status;
import dev.formulary.engine.facts.Outcome.Tried;
import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Plan;
import dev.formulary.engine.facts.StreamState;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.Usage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An answer that breaks off and another model goes on, as clients and the records see it.
class ContinuedStreamTest {
    @TempDir
    private Path folder;
    private Desk desk;

    @BeforeEach
    void begin() {
        desk = new Desk(folder, null);
        desk.policy = continuing(0);
    }

    @AfterEach
    void everythingIsSettled() {
        desk.assertSettled();
    }

    static Gateway.Policy continuing(int cacheSeconds) {
        var plan = new Plan(List.of(Dispatching.model("a"), Dispatching.model("b")),
                Map.of(Parameter.CONTINUATIONS, new Plan.Limit(1, Double.NaN)), cacheSeconds);
        return question -> new Decision.Allow(question.call().id(), RULES, plan, List.of(), List.of(), List.of(),
                List.of());
    }

    private void breaksOffAndGoesOn() {
        desk.dispatching.provider("a").streams(text("one tw"), failure(FailureCategory.CUT));
        desk.dispatching.provider("b").streams(give(new ReplyEvent.Ignored("seed")), text("two "), text("three"),
                finish(), give(new ReplyEvent.Accounting(Usage.of(5, 3))));
    }

    @Test
    void anOpenAiClientGetsOneAnswerAndTheMark() throws Exception {
        breaksOffAndGoesOn();
        Answer.Streamed answer = desk.streamed(STREAMED);
        String sent = Desk.text(frames(answer));

        assertThat(answer.headers()).containsEntry("X-Formulary-Model", "a/m");
        assertThat(sent).containsSubsequence("\"content\":\"one tw\"", "\"content\":\"o \"",
                "\"content\":\"three\"", "\"finish_reason\":\"stop\"",
                "\"formulary\":{\"continued_by\":[\"b/m\"],\"ignored\":[\"seed\"]}", "data: [DONE]\n\n")
                .doesNotContain("error");
        assertThat(sent.split("\"finish_reason\":\"stop\"", -1)).hasSize(2);
    }

    @Test
    void theRecordTellsBothAndWhatTheyCostTogether() throws Exception {
        breaksOffAndGoesOn();
        frames(desk.streamed(STREAMED));

        Outcome outcome = desk.outcome();
        assertThat(outcome.status()).isEqualTo(Status.ANSWERED);
        assertThat(outcome.attempts()).extracting(Tried::candidate).containsExactly("a/m", "b/m");
        assertThat(outcome.attempts()).extracting(Tried::failure).containsExactly(FailureCategory.CUT, null);
        assertThat(outcome.stream()).isEqualTo(new Outcome.Stream(StreamState.DONE, List.of("b/m")));
        assertThat(outcome.usage().completionTokens()).isEqualTo(2 + 3);
        assertThat(outcome.costMicros()).isEqualTo(outcome.usage().totalTokens())
                .isEqualTo(desk.dispatching.budget().spent());
    }

    @Test
    void anOllamaClientGetsOneAnswerAndTheMark() throws Exception {
        desk.dialect = new OllamaChat();
        breaksOffAndGoesOn();
        String[] lines = Desk.text(frames(desk.streamed(STREAMED))).split("\n", -1);

        assertThat(lines[lines.length - 2]).contains("\"done\":true").contains("\"continued_by\":[\"b/m\"]");
        assertThat(String.join("", lines)).doesNotContain("error");
    }

    @Test
    void anAnthropicClientGetsOneBlockAndTheMark() throws Exception {
        desk.dialect = AnthropicMessages.counting();
        breaksOffAndGoesOn();
        String sent = Desk.text(frames(desk.streamed(STREAMED)));

        assertThat(sent).containsSubsequence("event: message_start\n", "\"text\":\"one tw\"", "\"text\":\"o \"",
                "\"text\":\"three\"", "\"stop_reason\":\"end_turn\"", "event: message_stop\n",
                "\"formulary\":{\"continued_by\":[\"b/m\"],\"ignored\":[\"seed\"]}}\n\n").doesNotContain("error");
        assertThat(sent.split("content_block_start", -1)).as("named twice").hasSize(3);
    }

    @Test
    void anAnthropicClientIsToldInItsOwnForm() throws Exception {
        desk.dialect = AnthropicMessages.counting();
        desk.dispatching.provider("a").streams(text("one "), failure(FailureCategory.TIMEOUT));
        desk.dispatching.provider("b").fails(FailureCategory.SERVER);
        String sent = Desk.text(frames(desk.streamed(STREAMED)));

        assertThat(sent).endsWith("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\","
                + "\"message\":\"the answer broke off: scripted TIMEOUT; no other model went on: scripted SERVER\","
                + "\"code\":\"timeout\"}}\n\n").doesNotContain("message_stop");
    }

    @Test
    void whereItCanNotBeGoneOnWithTheClientIsToldSo() throws Exception {
        desk.dispatching.provider("a").streams(text("one "), give(new ReplyEvent.ToolCall(0, "1", "t", "{")),
                failure(FailureCategory.CUT));
        desk.dispatching.provider("b").answers("never asked");
        String sent = Desk.text(frames(desk.streamed(STREAMED)));

        assertThat(sent)
                .endsWith("data: {\"error\":{\"message\":\"the answer broke off: scripted CUT; no other model can"
                        + " go on, for a tool call had begun\",\"type\":\"server_error\",\"param\":null,"
                        + "\"code\":\"stream_interrupted\"}}\n\n")
                .doesNotContain("[DONE]").doesNotContain("\"stop\"");
        assertThat(desk.outcome().status()).isEqualTo(Status.CUT);
        assertThat(desk.outcome().stream()).isEqualTo(new Outcome.Stream(StreamState.CUT, List.of()));
    }

    @Test
    void anOllamaClientIsToldInItsOwnForm() throws Exception {
        desk.dialect = new OllamaChat();
        desk.dispatching.provider("a").streams(text("one "), failure(FailureCategory.TIMEOUT));
        desk.dispatching.provider("b").fails(FailureCategory.SERVER);
        String sent = Desk.text(frames(desk.streamed(STREAMED)));

        assertThat(sent).endsWith("}\n{\"error\":\"the answer broke off: scripted TIMEOUT; no other model went on:"
                + " scripted SERVER\"}\n").doesNotContain("\"done\":true");
        assertThat(desk.outcome().stream()).isEqualTo(new Outcome.Stream(StreamState.STALLED, List.of()));
    }

    @Test
    void aStreamThatNeverBeganIsRecordedAsThat() throws Exception {
        desk.dispatching.provider("a").fails(FailureCategory.SERVER);
        desk.dispatching.provider("b").fails(FailureCategory.SERVER);
        assertThat(desk.enter(STREAMED).status()).isEqualTo(503);
        assertThat(desk.outcome().stream()).isEqualTo(Outcome.Stream.NONE);
    }

    @Test
    void anAnswerInOnePieceIsNoStream() throws Exception {
        desk.dispatching.provider("a").answers("whole");
        desk.whole(Desk.HELLO);
        assertThat(desk.outcome().stream()).isNull();
    }
}
