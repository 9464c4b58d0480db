package dev.formulary.engine.route;

import static dev.formulary.engine.dispatch.ScriptedProvider.failure;
import static dev.formulary.engine.dispatch.ScriptedProvider.finish;
import static dev.formulary.engine.dispatch.ScriptedProvider.give;
import static dev.formulary.engine.dispatch.ScriptedProvider.text;
import static dev.formulary.engine.route.Desk.allowing;
import static dev.formulary.engine.route.Desk.frames;
import static dev.formulary.engine.route.Desk.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.dialect.OpenAiResponses;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Arrival.Presence;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.engine.facts.Outcome.Status;
import dev.formulary.engine.facts.QueuePlace;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ReplyEvent;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What holds for chats holds for `/v1/responses`.
class ResponsesCallsTest {
    private static final String HELLO = "{\"model\":\"auto\",\"input\":\"hi\"}";
    private static final String STREAMED = "{\"model\":\"auto\",\"input\":\"hi\",\"stream\":true}";

    @TempDir
    private Path folder;
    private Desk desk;

    @BeforeEach
    void begin() {
        desk = new Desk(folder, null);
        desk.dialect = new OpenAiResponses();
    }

    @AfterEach
    void everythingIsSettled() {
        desk.assertSettled();
    }

    @Test
    void anotherModelAnswersBeforeAnythingWasSaid() throws Exception {
        desk.dispatching.provider("a").fails(FailureCategory.CONNECT);
        desk.dispatching.provider("b").streams(give(new ReplyEvent.Ignored("seed")), text("Hello"), finish());
        Answer.Streamed answer = desk.streamed(STREAMED);
        assertThat(answer.contentType()).isEqualTo("text/event-stream");
        assertThat(answer.headers()).containsEntry("X-Formulary-Model", "b/m")
                .containsEntry("X-Formulary-Attempts", "2")
                .containsEntry("X-Formulary-Ignored", "seed").containsEntry("X-Formulary-Cache", "bypass")
                .containsEntry("X-Formulary-Decision", desk.calls.element().id());
        assertThat(Desk.text(frames(answer))).contains("\"delta\":\"Hello\"", "\"model\":\"b/m\"")
                .endsWith("data: [DONE]\n\n");
        assertThat(desk.calls.element().dialect()).isEqualTo(Dialect.OPENAI_RESPONSES);
    }

    @Test
    void anotherModelGoesOnAfterACut() throws Exception {
        desk.policy = ContinuedStreamTest.continuing(0);
        desk.dispatching.provider("a").streams(text("one tw"), failure(FailureCategory.CUT));
        desk.dispatching.provider("b").streams(text("two "), text("three"), finish());
        String sent = Desk.text(frames(desk.streamed(STREAMED)));
        assertThat(sent).contains("\"text\":\"one two three\"", "\"formulary\":{\"continued_by\":[\"b/m\"]}",
                "event: response.completed").doesNotContain("event: error");
        assertThat(sent.split("event: response.output_item.added", -1)).hasSize(2);
    }

    @Test
    void whereItCanNotBeGoneOnWithTheClientIsToldSo() throws Exception {
        desk.policy = allowing(0, "a");
        desk.dispatching.provider("a").streams(text("one "), failure(FailureCategory.CUT));
        assertThat(Desk.text(frames(desk.streamed(STREAMED)))).containsSubsequence("event: error",
                "\"code\":\"stream_interrupted\"", "event: response.failed", "\"status\":\"failed\"")
                .doesNotContain("[DONE]");
        assertThat(desk.outcome().status()).isEqualTo(Status.CUT);
    }

    @ParameterizedTest
    @CsvSource({"UNKNOWN_MODEL, 400, model_not_found, model", "CONTEXT_OVERFLOW, 400, context_length_exceeded, input",
            "THROTTLED, 429, rate_limit_exceeded,", "CONNECT, 503, providers_unavailable,"})
    void failuresAreToldInTheFormatsOwnWords(FailureCategory category, int status, String code, String param)
            throws Exception {
        desk.policy = allowing(0, "a");
        desk.dispatching.provider("a").fails(category);
        Answer.Whole answer = desk.whole(STREAMED);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(json(answer).at("/error/code").asText()).isEqualTo(code);
        assertThat(json(answer).at("/error/param").asText(null)).isEqualTo(param);
    }

    @Test
    void aModelThatNobodyKnowsIsAMistakeInTheBody() throws Exception {
        desk.policy = Desk.denying("model_not_found");
        assertThat(desk.whole(HELLO).status()).isEqualTo(400);
    }

    @Test
    void whoCanNotTakePiecesGetsOne() throws Exception {
        desk.mayStream = false;
        desk.via = "mqtt";
        desk.dispatching.provider("a").answers("Hello");
        assertThat(json(desk.whole(STREAMED)).at("/output/0/content/0/text").asText()).isEqualTo("Hello");
    }

    @Test
    void factsOfTheContextMayStandInTheMetadataAndComeBack() throws Exception {
        desk.dispatching.provider("a").answers("Hello");
        Answer.Whole answer = desk.whole("{\"model\":\"auto\",\"input\":\"hi\",\"metadata\":{\"risk\":\"high\","
                + "\"session\":\"hall\"}}");
        assertThat(desk.calls.element().session()).isEqualTo("hall");
        assertThat(json(answer).path("metadata").toString()).isEqualTo("{\"risk\":\"high\",\"session\":\"hall\"}");
    }

    private static String next(Answer.Streamed answer) throws InterruptedException {
        return Desk.text(List.of(Objects.requireNonNull(answer.frames().next())));
    }

    @Test
    void whoWaitsIsToldThePlaceInComments() throws Exception {
        var turn = new CountDownLatch(1);
        var answer = (Answer.Streamed) WaitingFrames.answer(desk.dialect, Presence.CONSTANT, Map.of(), caller -> {
            caller.waits(new QueuePlace(2, -1));
            turn.await();
            return Answers.refusal(desk.dialect, Answers.fault(), Map.of());
        });
        assertThat(next(answer)).isEqualTo(": waiting position=2\n\n");
        turn.countDown();
        assertThat(next(answer)).startsWith("event: error\ndata: {\"type\":\"error\"")
                .contains("\"code\":\"internal_error\"").endsWith("}\n\n");
        assertThat(answer.frames().next()).isNull();
    }
}
