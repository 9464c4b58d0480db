package dev.formulary.engine.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.formulary.engine.Samples;
import dev.formulary.engine.dialect.AnthropicMessages;
import dev.formulary.engine.dialect.ChatDialect;
import dev.formulary.engine.dialect.OllamaChat;
import dev.formulary.engine.dialect.OpenAiChat;
import dev.formulary.engine.dialect.OpenAiResponses;
import dev.formulary.engine.dispatch.Prober;
import dev.formulary.engine.dispatch.ScriptedProvider;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.BreakerState;
import dev.formulary.spi.Attempt;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every provider is down: one is dead, one takes calls and never answers, one fails. Then all are back.
class AllDownTest {
    private static final int ROUNDS = 6;

    @TempDir
    private Path folder;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    /// Down in one way, or well.
    private record Shaky(FailureCategory how, boolean[] back) implements Provider {
        @Override
        public List<ModelCard> models() {
            return List.of(ModelCard.of("m"));
        }

        @Override
        public ReplyStream chat(ChatRequest request, Attempt attempt) throws ProviderException, InterruptedException {
            if (back[0]) {
                return new ScriptedProvider().answers("fine").chat(request, attempt);
            }
            if (how == FailureCategory.TIMEOUT) {
                var released = new CountDownLatch(1);
                attempt.onCancel(released::countDown);
                var _ = released.await(attempt.firstByte().toNanos(), TimeUnit.NANOSECONDS);
            }
            throw new ProviderException(how, "down");
        }

        @Override
        public void probe(Attempt attempt) throws ProviderException {
            if (!back[0]) {
                throw new ProviderException(how, "down");
            }
        }

        @Override
        public void close() {
            // holds nothing
        }
    }

    /// What says nothing of streams is one in Ollama's format.
    private static String body(ChatDialect dialect, boolean stream) {
        String whole = dialect instanceof OllamaChat
                ? Desk.HELLO.replace("{\"model\"", "{\"stream\":false,\"model\"")
                : Desk.HELLO;
        String body = stream ? Desk.STREAMED : whole;
        return dialect instanceof OpenAiResponses ? body.replace("\"messages\"", "\"input\"") : body;
    }

    private List<Answer> askAll(Desk desk) throws Exception {
        var asked = new ArrayList<Future<Answer>>();
        for (int i = 0; i < ROUNDS; i++) {
            for (ChatDialect dialect : List.of(new OpenAiChat(), new OpenAiResponses(), new OllamaChat(),
                    AnthropicMessages.counting())) {
                for (boolean stream : new boolean[]{false, true}) {
                    asked.add(threads.submit(() -> desk.gateway().chat(dialect)
                            .enter(desk.arrival(body(dialect, stream)))));
                }
            }
        }
        var answers = new ArrayList<Answer>();
        for (Future<Answer> each : asked) {
            answers.add(each.get());
        }
        return answers;
    }

    @Test
    void everybodyIsToldInHisDialectAndAllIsWellOnceTheyAreBack() throws Exception {
        var desk = new Desk(folder, null);
        desk.policy = Desk.allowing(0, "a", "b", "c");
        desk.requestHeaders.put("x-formulary-deadline-ms", "3000");
        boolean[] back = {false};
        desk.dispatching.providers.put("a", new Shaky(FailureCategory.CONNECT, back));
        desk.dispatching.providers.put("b", new Shaky(FailureCategory.TIMEOUT, back));
        desk.dispatching.providers.put("c", new Shaky(FailureCategory.SERVER, back));

        for (Answer answer : askAll(desk)) {
            assertThat(answer).isInstanceOf(Answer.Whole.class);
            assertThat(answer.status()).isIn(503, 504);
            assertThat(new String(((Answer.Whole) answer).body(), StandardCharsets.UTF_8)).satisfiesAnyOf(
                    text -> assertThat(text).containsPattern("\"code\":\"(timeout|providers_unavailable)\""),
                    text -> assertThat(text).startsWith("{\"error\":\""));
            assertThat(answer.headers()).containsKey("X-Formulary-Decision");
        }
        desk.assertSettled();
        assertThat(desk.dispatching.breakers.state("a/m")).isEqualTo(BreakerState.OPEN);

        back[0] = true;
        var prober = new Prober(desk.dispatching::borrow, desk.dispatching.breakers, threads);
        desk.dispatching.clock.advance(Samples.BREAKER.openFor());
        desk.dispatching.breakers.tick(Set.of("a/m", "b/m", "c/m"));
        prober.tick();
        await().untilAsserted(() -> assertThat(desk.dispatching.breakers.all().values()).containsOnly(
                BreakerState.CLOSED));

        desk.requestHeaders.clear();
        for (Answer answer : askAll(desk)) {
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.headers()).containsEntry("X-Formulary-Model", "a/m");
            if (answer instanceof Answer.Streamed streamed) {
                assertThat(Desk.text(Desk.frames(streamed))).contains("fine");
            }
        }
        desk.assertSettled();
    }
}
