package dev.formulary.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.route.ServedPath;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpRoutesTest {
    @TempDir
    Path home;

    @ParameterizedTest
    @CsvSource({"POST, /v1/chat/completions, openai-chat", "GET, /v1/models, openai-models",
            "GET, /v1/models/simulator/echo, openai-model", "GET, /v1/models/simulator%2Fecho, openai-model",
            "GET, /v1/models/router/vendor/model, openai-model",
            "POST, /v1/embeddings, openai-embeddings", "POST, /api/embed, ollama-embed",
            "POST, /api/embeddings, ollama-embeddings", "POST, /api/generate, ollama-generate",
            "POST, /api/show, ollama-show", "GET, /api/ps, ollama-ps", "POST, /api/pull, ollama-pull",
            "POST, /api/create, ollama-change", "POST, /api/copy, ollama-change", "POST, /api/push, ollama-change",
            "DELETE, /api/delete, ollama-change", "POST, /api/blobs/sha256:ab, ollama-change",
            "POST, /api/chat, ollama-chat", "GET, /api/tags, ollama-tags",
            "GET, /api/version, ollama-version",
            "POST, /v1/responses, openai-responses",
            "POST, /v1/responses/input_tokens, openai-responses-input-tokens",
            "GET, /v1/responses/resp_1, openai-response", "DELETE, /v1/responses/resp_1, openai-response-delete",
            "GET, /v1/responses/resp_1/input_items, openai-response-input-items",
            "POST, /v1/responses/resp_1/cancel, openai-response-cancel",
            "POST, /v1/messages, anthropic-messages", "POST, /v1/messages/count_tokens, anthropic-count-tokens",
            "GET, /, ollama-root", "POST, /v1/decide, decide", "GET, /v1/decisions/abc, decision"})
    void everyPathLeadsToItsEntrance(String method, String path, String entrance) throws Exception {
        try (var shipped = new Shipped(home).start()) {
            var body = HttpRequest.BodyPublishers.ofString(method.equals("POST") ? "{\"a\":1}" : "");

            var reply = shipped.send(shipped.to(path).header("X-Formulary-Session", "s").method(method, body));

            assertThat(reply.body()).isEqualTo("{\"entrance\":\"" + entrance + "\"}");
            assertThat(reply.headers().firstValue("x-formulary-decision")).hasValue("d1");
            assertThat(reply.headers().firstValue("content-type")).hasValue("application/json");
            var arrival = shipped.arrivals.getFirst();
            assertThat(arrival.via()).isEqualTo("http");
            assertThat(arrival.path()).isEqualTo(path.replace("%2F", "/"));
            assertThat(arrival.mayStream()).isTrue();
            assertThat(arrival.header().get("x-formulary-session")).isEqualTo("s");
            assertThat(arrival.body()).asString().isEqualTo(method.equals("POST") ? "{\"a\":1}" : "");
        }
    }

    @Test
    void whatIsServedCanBeListedAndFollowsTheFiles() throws Exception {
        try (var shipped = new Shipped(home).start()) {
            assertThat(shipped.routes().served()).contains(
                    new ServedPath("/v1/models/{id}", false, Set.of("GET"), List.of("openai-model")),
                    new ServedPath("/v1/responses/{id}", false, Set.of("GET"), List.of("openai-response")),
                    new ServedPath("/v1/responses/{id}", false, Set.of("DELETE"), List.of("openai-response-delete")),
                    new ServedPath("/api/tags", false, Set.of("GET", "HEAD"), List.of("ollama-tags")));

            shipped.write("own.yaml", """
                - from:
                    uri: platform-http:/own
                    parameters: { matchOnUriPrefix: true }
                    steps:
                      - setHeader: { name: X-Formulary-Priority, constant: batch }
                      - to: formulary:openai-chat
                """);
            var own = new ServedPath("/own", true, Set.of(), List.of("openai-chat"));
            assertThat(shipped.routes().served()).contains(own);
            Files.delete(shipped.folder.resolve("own.yaml"));
            shipped.routes().reconcile();
            await().untilAsserted(() -> assertThat(shipped.routes().served()).doesNotContain(own));
        }
    }

    @Test
    void headIsAnsweredWhereOllamaClientsAskForIt() throws Exception {
        try (var shipped = new Shipped(home).start()) {
            for (String path : java.util.List.of("/", "/api/tags", "/api/version")) {
                assertThat(shipped.send(shipped.to(path).HEAD()).statusCode()).isEqualTo(200);
            }
        }
    }

    @Test
    void unknownPathsAndMethodsAreToldInTheClientsDialect() throws Exception {
        try (var shipped = new Shipped(home).start()) {
            var method = shipped.get("/v1/chat/completions");
            var openai = shipped.post("/v1/nothing", "{}");
            var ollama = shipped.post("/api/nothing", "{}");
            var anthropic = shipped.post("/v1/messages/nothing", "{}");

            assertThat(method.statusCode()).isEqualTo(405);
            assertThat(method.headers().firstValue("allow")).hasValue("POST");
            assertThat(openai.statusCode()).isEqualTo(404);
            assertThat(openai.body()).contains("\"code\":\"unknown_path\"");
            assertThat(anthropic.body()).isEqualTo("{\"type\":\"error\",\"error\":{\"type\":\"not_found_error\","
                    + "\"message\":\"nothing is served at '/v1/messages/nothing'\",\"code\":\"unknown_path\"}}");
            assertThat(shipped.post("/v1/messages?beta=true", "{}").body()).contains("anthropic-messages");
            assertThat(ollama.body()).isEqualTo("{\"error\":\"nothing is served at '/api/nothing'\"}");
        }
    }

    @Test
    void aStreamGoesOutFrameByFrameAndIsClosed() throws Exception {
        var frames = new Frames("data: 1\n\n", "data: 2\n\n");
        try (var shipped = new Shipped(home).answering("openai-chat",
                _ -> new Answer.Streamed(200, "text/event-stream", Map.of("X-Formulary-Attempts", "1"), frames))
                .start()) {

            var reply = shipped.post("/v1/chat/completions", "{}");

            assertThat(reply.body()).isEqualTo("data: 1\n\ndata: 2\n\n");
            assertThat(reply.headers().firstValue("content-type")).hasValue("text/event-stream");
            assertThat(reply.headers().firstValue("x-formulary-attempts")).hasValue("1");
            await().until(() -> frames.closed.get() == 1);
        }
    }

    @Test
    void theFramesAreClosedWhenTheClientLeavesInTheMiddle() throws Exception {
        var frames = new Frames("data: 1\n\n");
        frames.endless = true;
        try (var shipped = new Shipped(home).answering("openai-chat",
                _ -> new Answer.Streamed(200, "text/event-stream", Map.of(), frames)).start()) {
            var reply = shipped.client.send(
                    shipped.to("/v1/chat/completions").POST(HttpRequest.BodyPublishers.noBody()).build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            assertThat(new String(reply.body().readNBytes(7), StandardCharsets.UTF_8)).isEqualTo("data: 1");

            reply.body().close();

            await().until(() -> frames.closed.get() == 1 && shipped.routes().inFlight() == 0);
        }
    }

    @Test
    void stepsBeforeOursChangeWhatIsAskedAndStepsAfterItWhatGoesBack() throws Exception {
        try (var shipped = new Shipped(home).start()) {
            shipped.write("mine.yaml", """
                - from:
                    uri: platform-http:/mine/{who}
                    steps:
                      - setHeader: { name: X-Formulary-Context, simple: "zone=${header.who}" }
                      - setBody: { simple: "{\\"was\\":${body}}" }
                      - to: formulary:openai-chat
                      - setHeader: { name: X-Mine, constant: added }
                      - setBody: { simple: "[${body}]" }
                """);

            var reply = shipped.send(shipped.to("/mine/kitchen?x=1").header("X-Secret", "never back")
                    .POST(HttpRequest.BodyPublishers.ofString("1")));

            assertThat(reply.body()).isEqualTo("[{\"entrance\":\"openai-chat\"}]");
            assertThat(reply.headers().firstValue("x-mine")).hasValue("added");
            assertThat(reply.headers().firstValue("x-formulary-decision")).hasValue("d1");
            assertThat(reply.headers().map()).doesNotContainKeys("x-secret", "who", "user-agent");
            var arrival = shipped.arrivals.getFirst();
            assertThat(arrival.body()).asString().isEqualTo("{\"was\":1}");
            assertThat(arrival.header().get("x-formulary-context")).isEqualTo("zone=kitchen");
        }
    }

    @Test
    void aRouteMayAnswerByItself() throws Exception {
        try (var shipped = new Shipped(home).start()) {
            shipped.write("own.yaml", """
                - from:
                    uri: platform-http:/own
                    parameters: { matchOnUriPrefix: true }
                    steps:
                      - setBody: { simple: "you asked ${header.CamelHttpMethod} ${header.CamelHttpPath}" }
                      - setHeader: { name: CamelHttpResponseCode, constant: 202 }
                """);

            var reply = shipped.get("/own/below");

            assertThat(reply.statusCode()).isEqualTo(202);
            assertThat(reply.body()).isEqualTo("you asked GET /own/below");
            assertThat(reply.headers().firstValue("content-type")).hasValue("text/plain; charset=utf-8");
            assertThat(shipped.get("/ownish").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void aRouteThatFailsSaysSoWithoutDetails() throws Exception {
        try (var shipped = new Shipped(home).start()) {
            shipped.write("bad.yaml", """
                - from:
                    uri: platform-http:/bad
                    steps:
                      - throwException: { exceptionType: java.lang.IllegalStateException, message: inner detail }
                """);

            var reply = shipped.get("/bad");

            assertThat(reply.statusCode()).isEqualTo(500);
            assertThat(reply.body()).contains("\"code\":\"route_failed\"").doesNotContain("inner detail");
        }
    }

    @Test
    void aCircuitBreakerOfOursCanStandInARoute() throws Exception {
        var config = CircuitBreakerConfig.custom().minimumNumberOfCalls(2).slidingWindowSize(2).build();
        var breaker = CircuitBreaker.of("mine", config);
        var calls = new AtomicInteger();
        try (var shipped = new Shipped(home).bean("mine", breaker).answering("openai-chat", _ -> {
            calls.incrementAndGet();
            throw new IllegalStateException("broken on purpose");
        }).start()) {
            shipped.write("guarded.yaml", """
                - from:
                    uri: platform-http:/guarded
                    steps:
                      - circuitBreaker:
                          resilience4jConfiguration: { circuitBreaker: mine }
                          steps:
                            - to: formulary:openai-chat
                          onFallback:
                            steps:
                              - setBody: { constant: later }
                """);

            for (int i = 0; i < 4; i++) {
                assertThat(shipped.post("/guarded", "{}").body()).isEqualTo("later");
            }

            assertThat(calls).hasValue(2);
            assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.OPEN);
        }
    }

    private static final class Frames implements Answer.Frames {
        private final java.util.Iterator<String> texts;
        private final AtomicInteger closed = new AtomicInteger();
        private boolean endless;

        Frames(String... texts) {
            this.texts = java.util.List.of(texts).iterator();
        }

        @Override
        public byte @Nullable [] next() throws InterruptedException {
            if (!texts.hasNext() && endless) {
                new java.util.concurrent.CountDownLatch(1).await();
            }
            return texts.hasNext() ? texts.next().getBytes(StandardCharsets.UTF_8) : null;
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }
}
