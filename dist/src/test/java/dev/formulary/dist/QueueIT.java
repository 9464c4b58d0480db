package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.formulary.testkit.VendorReply;
import dev.formulary.testkit.VendorServer;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A vendor that takes one call at a time, and more callers than that.
class QueueIT {
    private static final String CALL = """
        {"model":"gpu/gpt-test","messages":[{"role":"user","content":"hello"}]}
        """;
    private static final String ANSWER = """
        {"id":"1","object":"chat.completion","created":1,"model":"gpt-test","choices":[{"index":0,"message":\
        {"role":"assistant","content":"at last"},"finish_reason":"stop"}],\
        "usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}
        """;
    private static final String CONFIGURATION = """
        discover: false
        providers:
          - id: gpu
            kind: openai
            base-url: %s
            parallel: 1
            models: [{ id: gpt-test }]
        queue: { most: %d }
        """;
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    Path home;

    private final HttpClient client = HttpClient.newHttpClient();

    private CompletableFuture<HttpResponse<String>> ask(GatewayProcess gateway, String priority) {
        return client.sendAsync(HttpRequest.newBuilder(gateway.clients().resolve("/v1/chat/completions"))
                .header("X-Formulary-Priority", priority).POST(BodyPublishers.ofString(CALL)).build(),
                BodyHandlers.ofString());
    }

    private CompletableFuture<HttpResponse<Stream<String>>> streams(GatewayProcess gateway) {
        return client.sendAsync(HttpRequest.newBuilder(gateway.clients().resolve("/v1/chat/completions"))
                .header("X-Formulary-Waiting", "tell")
                .POST(BodyPublishers.ofString(CALL.replace("{\"model\"", "{\"stream\":true,\"model\""))).build(),
                BodyHandlers.ofLines());
    }

    private static void awaitQueue(GatewayProcess gateway, String state) {
        await().atMost(SOON).untilAsserted(
                () -> assertThat(gateway.manage("/admin/queue").body().replace(" ", "")).contains(state));
    }

    @Test
    void oneAtATimeTheOthersInLineAndTheLeastUrgentGoesWhenItIsFull() throws Exception {
        var release = new CountDownLatch(1);
        Files.createDirectories(home.resolve("conf"));
        try (VendorServer vendor = VendorServer.openai()) {
            VendorReply answer = VendorReply.json(200, ANSWER);
            vendor.always("/v1/chat/completions", (request, wire) -> {
                assertThat(release.await(1, TimeUnit.MINUTES)).isTrue();
                answer.write(request, wire);
            });
            Files.writeString(home.resolve("conf/formulary.yaml"), CONFIGURATION.formatted(vendor.baseUrl(), 1));
            try (GatewayProcess gateway = GatewayProcess.start(home)) {
                CompletableFuture<HttpResponse<String>> first = ask(gateway, "normal");
                awaitQueue(gateway, "\"gpu\":{\"in_flight\":1,\"capacity\":1,\"waiting\":0}");
                CompletableFuture<HttpResponse<String>> spared = ask(gateway, "batch");
                awaitQueue(gateway, "\"waiting\":1");
                await().atMost(SOON).untilAsserted(() -> assertThat(gateway.manage("/metrics").body())
                        .containsPattern("formulary_queue_capacity\\{provider=\"gpu\"} 1")
                        .containsPattern("formulary_queue_waiting\\{provider=\"gpu\"} 1"));

                HttpResponse<String> refused = ask(gateway, "batch").get();
                assertThat(refused.statusCode()).isEqualTo(429);
                assertThat(refused.headers().firstValue("Retry-After")).isPresent();
                assertThat(refused.body()).contains("rate_limit_exceeded", "1 call waits already");

                HttpResponse<String> wrong = client.send(HttpRequest
                        .newBuilder(gateway.clients().resolve("/v1/chat/completions"))
                        .header("X-Formulary-Waiting", "yes").POST(BodyPublishers.ofString(CALL)).build(),
                        BodyHandlers.ofString());
                assertThat(wrong.statusCode()).isEqualTo(400);
                assertThat(wrong.body()).contains("X-Formulary-Waiting", "it must be tell");

                CompletableFuture<HttpResponse<String>> urgent = ask(gateway, "urgent");
                assertThat(spared.get().statusCode()).isEqualTo(429);
                assertThat(spared.get().body()).contains("more urgent calls took its place");

                release.countDown();
                assertThat(first.get().body()).contains("at last");
                assertThat(urgent.get().body()).contains("at last");
                awaitQueue(gateway, "\"gpu\":{\"in_flight\":0,\"capacity\":1,\"waiting\":0}");
            }
        }
    }

    @Test
    void aClientThatWantsToKnowIsToldItsPlaceWhileItWaits() throws Exception {
        var release = new CountDownLatch(1);
        Files.createDirectories(home.resolve("conf"));
        try (VendorServer vendor = VendorServer.openai()) {
            VendorReply answer = VendorReply.openai("at", " last");
            vendor.always("/v1/chat/completions", (request, wire) -> {
                assertThat(release.await(1, TimeUnit.MINUTES)).isTrue();
                answer.write(request, wire);
            });
            Files.writeString(home.resolve("conf/formulary.yaml"), CONFIGURATION.formatted(vendor.baseUrl(), 10));
            try (GatewayProcess gateway = GatewayProcess.start(home)) {
                CompletableFuture<HttpResponse<String>> first = ask(gateway, "normal");
                awaitQueue(gateway, "\"in_flight\":1");
                HttpResponse<Stream<String>> told = streams(gateway).get();
                assertThat(told.statusCode()).isEqualTo(200);
                assertThat(told.headers().firstValue("X-Formulary-Decision")).isPresent();
                Iterator<String> lines = told.body().iterator();
                assertThat(lines.next()).isEqualTo(": waiting position=1");

                release.countDown();
                String rest = String.join("\n", (Iterable<String>) () -> lines);
                assertThat(rest).contains("\"content\":\"at\"", "\"content\":\" last\"", "data: [DONE]");
                assertThat(first.get().statusCode()).isEqualTo(200);
                awaitQueue(gateway, "\"gpu\":{\"in_flight\":0,\"capacity\":1,\"waiting\":0}");
            }
        }
    }
}
