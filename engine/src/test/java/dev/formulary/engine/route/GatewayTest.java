package dev.formulary.engine.route;

import static dev.formulary.engine.dispatch.ScriptedProvider.failure;
import static dev.formulary.engine.dispatch.ScriptedProvider.finish;
import static dev.formulary.engine.dispatch.ScriptedProvider.hang;
import static dev.formulary.engine.dispatch.ScriptedProvider.text;
import static dev.formulary.engine.route.Desk.HELLO;
import static dev.formulary.engine.route.Desk.STREAMED;
import static dev.formulary.engine.route.Desk.allowing;
import static dev.formulary.engine.route.Desk.frames;
import static dev.formulary.engine.route.Desk.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.engine.dialect.OllamaChat;
import dev.formulary.engine.dispatch.Guest;
import dev.formulary.engine.dispatch.ScriptedProvider;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Outcome.Status;
import dev.formulary.engine.facts.Outcome.Tried;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.Usage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewayTest {
    @TempDir
    private Path folder;
    private Desk desk;

    @BeforeEach
    void begin() {
        desk = new Desk(folder, null);
    }

    @AfterEach
    void everythingIsSettled() {
        desk.assertSettled();
    }

    @Test
    void aWholeAnswerBearsWhoGaveItAndWhy() throws Exception {
        desk.dispatching.provider("a").fails(FailureCategory.CONNECT);
        desk.dispatching.provider("b").answers("Hello");

        Answer.Whole answer = desk.whole(HELLO);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.contentType()).isEqualTo("application/json");
        assertThat(answer.headers()).containsEntry("X-Formulary-Decision", desk.calls.element().id())
                .containsEntry("X-Formulary-Rules", "0123456789ab").containsEntry("X-Formulary-Model", "b/m")
                .containsEntry("X-Formulary-Attempts", "2").containsEntry("X-Formulary-Cache", "bypass")
                .hasEntrySatisfying("X-Formulary-Overhead-Us", each -> assertThat(each).matches("\\d+"));
        assertThat(json(answer).at("/choices/0/message/content").asText()).isEqualTo("Hello");
        assertThat(json(answer).at("/usage/total_tokens").asInt()).isEqualTo(30);

        assertThat(desk.outcome().status()).isEqualTo(Status.ANSWERED);
        assertThat(desk.outcome().usage()).isEqualTo(Usage.of(10, 20));
        assertThat(desk.outcome().costMicros()).isEqualTo(30);
        assertThat(desk.outcome().attempts()).extracting(Tried::failure).containsExactly(FailureCategory.CONNECT, null);
    }

    @Test
    void whatTheProviderLeavesOutIsTold() throws Exception {
        desk.dispatching.provider("a").streams(ScriptedProvider.give(new ReplyEvent.Ignored("seed")),
                ScriptedProvider.give(new ReplyEvent.Ignored("logit_bias\r\nX-Evil: 1")), text("Hello"), finish());
        assertThat(desk.whole(HELLO).headers()).containsEntry("X-Formulary-Ignored", "seed, logit_biasX-Evil1");
    }

    @Test
    void aModelIsMadeReadyOrLetGoForAClientThatAsksForThatOnly() throws Exception {
        desk.dialect = new OllamaChat();
        ScriptedProvider provider = desk.dispatching.provider("a");
        assertThat(json(desk.whole("{\"model\":\"auto\",\"keep_alive\":\"10m\"}")).path("done_reason").asText())
                .isEqualTo("load");
        assertThat(json(desk.whole("{\"model\":\"auto\",\"keep_alive\":0}")).path("done_reason").asText())
                .isEqualTo("unload");
        assertThat(provider.residents).containsExactly("load m PT10M", "unload m");

        provider.residentFailure = new ProviderException(FailureCategory.UNSUPPORTED, "always ready");
        assertThat(desk.whole("{\"model\":\"auto\"}").status()).isEqualTo(200);
        provider.residentFailure = new ProviderException(FailureCategory.SERVER, "too big");
        Answer.Whole refused = desk.whole("{\"model\":\"auto\"}");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(json(refused).path("error").asText()).contains("too big");
        assertThat(desk.outcomes).extracting(dev.formulary.engine.facts.Outcome::status).containsExactly(
                Status.ANSWERED,
                Status.ANSWERED, Status.ANSWERED, Status.FAILED);
    }

    @Test
    void aStreamGoesOutPieceByPiece() throws Exception {
        desk.dispatching.provider("a").streams(text("Hel"), text("lo"), finish());
        Answer.Streamed answer = desk.streamed(STREAMED);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.contentType()).isEqualTo("text/event-stream");
        assertThat(answer.headers()).containsEntry("X-Formulary-Model", "a/m").containsEntry("X-Formulary-Attempts",
                "1");
        assertThat(desk.outcomes).isEmpty();

        List<byte[]> frames = frames(answer);
        assertThat(frames).hasSize(4);
        assertThat(Desk.text(frames)).endsWith("data: [DONE]\n\n");
        assertThat(answer.frames().next()).isNull();
        assertThat(desk.outcome().status()).isEqualTo(Status.ANSWERED);
    }

    @Test
    void ollamaStreamsUnlessToldNotTo() throws Exception {
        desk.dialect = new OllamaChat();
        desk.dispatching.provider("a").answers("Hello");
        String asked = "{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";
        Answer.Streamed streamed = desk.streamed(asked + "}");
        assertThat(streamed.contentType()).isEqualTo("application/x-ndjson");
        assertThat(Desk.text(frames(streamed)).lines()).hasSize(2).last().asString().contains("\"done\":true")
                .contains("\"eval_count\":20");
        assertThat(json(desk.whole(asked + ",\"stream\":false}")).at("/message/content").asText()).isEqualTo("Hello");
    }

    @Test
    void whereNothingCanStreamAStreamBecomesWhole() throws Exception {
        desk.mayStream = false;
        ScriptedProvider provider = desk.dispatching.provider("a").answers("Hello");
        Answer.Whole answer = desk.whole(STREAMED);
        assertThat(json(answer).path("object").asText()).isEqualTo("chat.completion");
        assertThat(provider.requests.element().stream()).isFalse();
        assertThat(desk.calls.element().stream()).isFalse();
    }

    @Test
    void anOllamaClientThatOnlyLoadsAModelIsToldThatItIsLoaded() throws Exception {
        desk.dialect = new OllamaChat();
        ScriptedProvider provider = desk.dispatching.provider("a").answers("never asked");
        Answer.Whole answer = desk.whole("{\"model\":\"auto\"}");
        assertThat(json(answer).path("done_reason").asText()).isEqualTo("load");
        assertThat(json(answer).path("model").asText()).isEqualTo("a/m");
        assertThat(provider.requests).isEmpty();
        assertThat(desk.outcome().status()).isEqualTo(Status.ANSWERED);
        assertThat(desk.outcome().attempts()).isEmpty();
    }

    @Test
    void aStreamThatBreaksOffTellsAnOpenAiClientSo() throws Exception {
        desk.dispatching.provider("a").streams(text("half"), failure(FailureCategory.CUT));
        String sent = Desk.text(frames(desk.streamed(STREAMED)));
        assertThat(sent).contains("\"content\":\"half\"")
                .endsWith("data: {\"error\":{\"message\":\"the answer broke off:"
                        + " scripted CUT\",\"type\":\"server_error\",\"param\":null,\"code\":\"stream_interrupted\"}}\n\n")
                .doesNotContain("[DONE]");
        assertThat(desk.outcome().status()).isEqualTo(Status.CUT);
        assertThat(desk.outcome().attempts()).singleElement().extracting(Tried::failure)
                .isEqualTo(FailureCategory.CUT);
    }

    @Test
    void aStreamThatBreaksOffTellsAnOllamaClientSo() throws Exception {
        desk.dialect = new OllamaChat();
        desk.dispatching.provider("a").streams(text("half"), failure(FailureCategory.TIMEOUT));
        String sent = Desk.text(frames(desk.streamed(STREAMED)));
        assertThat(sent).endsWith("}\n{\"error\":\"the answer broke off: scripted TIMEOUT\"}\n")
                .doesNotContain("\"done\":true");
    }

    @Test
    void aClientWhoClosesAStreamIsRecordedOnceAsGone() throws Exception {
        desk.dispatching.provider("a").streams(text("half"), hang());
        Answer.Frames frames = desk.streamed(STREAMED).frames();
        assertThat(frames.next()).isNotEmpty();
        frames.close();
        frames.close();
        assertThat(frames.next()).isNull();
        assertThat(desk.outcome().status()).isEqualTo(Status.CLIENT_GONE);
        assertThat(desk.outcome().attempts()).singleElement().extracting(Tried::failure)
                .isEqualTo(FailureCategory.CANCELLED);
    }

    @Test
    void aClientWhoLeavesInTheMiddleOfAStreamFreesTheVendor() throws Exception {
        var guest = new Guest();
        desk.presence = guest;
        var reached = new CompletableFuture<Boolean>();
        desk.dispatching.provider("a").streams(text("half"), () -> {
            reached.complete(true);
            return hang().next();
        });
        Answer.Frames frames = desk.streamed(STREAMED).frames();
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> reading = executor.submit(() -> {
                while (frames.next() != null) {
                    // on to the piece that never comes
                }
                return null;
            });
            reached.get(1, TimeUnit.MINUTES);
            guest.leave();
            await().until(reading::isDone);
        }
        frames.close();
        assertThat(desk.outcome().status()).isEqualTo(Status.CLIENT_GONE);
    }

    @Test
    void aVendorThatBreaksOffBecauseTheClientLeftIsNotToBlame() throws Exception {
        var guest = new Guest();
        desk.presence = guest;
        desk.dispatching.provider("a").streams(text("half"), () -> {
            guest.leave();
            return failure(FailureCategory.CUT).next();
        });
        assertThat(Desk.text(frames(desk.streamed(STREAMED)))).contains("half").doesNotContain("error");
        assertThat(desk.outcome().status()).isEqualTo(Status.CLIENT_GONE);
    }

    @Test
    void aClientWhoLeavesBeforeAnythingCameIsRecordedOnceAsGone() throws Exception {
        var guest = new Guest();
        desk.presence = guest;
        guest.leave();
        desk.dispatching.provider("a").answers("too late");
        assertThat(desk.whole(HELLO).status()).isEqualTo(499);
        assertThat(desk.outcome().status()).isEqualTo(Status.CLIENT_GONE);
    }

    @Test
    void aGatewayThatStopsRecordsTheCallToo() throws Exception {
        ScriptedProvider provider = desk.dispatching.provider("a").streams(hang());
        var ended = new CompletableFuture<Boolean>();
        Thread call = Thread.ofVirtual().start(() -> {
            try {
                desk.enter(HELLO);
            } catch (InterruptedException e) {
                ended.complete(true);
            }
        });
        await().until(() -> provider.openStreams() == 1);
        call.interrupt();
        assertThat(ended.get(1, TimeUnit.MINUTES)).isTrue();
        assertThat(desk.outcome().status()).isEqualTo(Status.FAILED);
    }

    @Test
    void aFaultOfOurOwnIsAnAnswerToo() throws Exception {
        desk.policy = _ -> {
            throw new IllegalStateException("secret");
        };
        Answer.Whole answer = desk.whole(HELLO);
        assertThat(answer.status()).isEqualTo(500);
        assertThat(json(answer).at("/error/code").asText()).isEqualTo("internal_error");
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).doesNotContain("secret");
        assertThat(desk.outcomes).isEmpty();
    }

    @Test
    void overheadIsOurTimeAndNotTheVendors() throws Exception {
        desk.dispatching.provider("a").then((_, _) -> {
            new java.util.concurrent.CountDownLatch(1).await(150, TimeUnit.MILLISECONDS);
            throw new dev.formulary.spi.ProviderException(FailureCategory.SERVER, "slow and wrong");
        });
        desk.dispatching.provider("b").streams(() -> {
            new java.util.concurrent.CountDownLatch(1).await(150, TimeUnit.MILLISECONDS);
            return text("late").next();
        }, () -> {
            new java.util.concurrent.CountDownLatch(1).await(150, TimeUnit.MILLISECONDS);
            return finish().next();
        });
        Answer.Whole answer = desk.whole(HELLO);
        long overhead = Long.parseLong(Objects.requireNonNull(answer.headers().get("X-Formulary-Overhead-Us")));
        assertThat(overhead).isEqualTo(desk.outcome().overheadMicros())
                .isLessThan(TimeUnit.MILLISECONDS.toMicros(desk.outcome().totalMs()) - 440_000);
    }

    @Test
    void decidingOnlyAsksNobody() throws Exception {
        ScriptedProvider provider = desk.dispatching.provider("a").answers("never asked");
        Gateway.Decided decided = desk.gateway().decideOnly(desk.dialect, desk.arrival(HELLO));
        assertThat(decided.decision().id()).isEqualTo(decided.question().call().id());
        assertThat(decided.decision().ruleSet()).isEqualTo(Desk.RULES);
        assertThat(decided.question().situation().at()).isEqualTo(decided.question().call().received());
        assertThat(decided.question().context().promptTokens()).isPositive();
        assertThat(provider.requests).isEmpty();
        assertThat(desk.decided).isEmpty();
    }

    @Test
    void aModelThatIsCutInAWholeAnswerIsReplacedByTheNext() throws Exception {
        desk.policy = allowing(0, "a", "b");
        desk.dispatching.provider("a").streams(text("wrong"), failure(FailureCategory.CUT));
        desk.dispatching.provider("b").answers("right");
        JsonNode answer = json(desk.whole(HELLO));
        assertThat(answer.at("/choices/0/message/content").asText()).isEqualTo("right");
        assertThat(answer.path("model").asText()).isEqualTo("b/m");
    }
}
