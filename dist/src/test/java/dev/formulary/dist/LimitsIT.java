package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.testkit.VendorReply;
import dev.formulary.testkit.VendorServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sixty-four clients at a real gateway with limits by the hour and the day, which no test outlives.
class LimitsIT {
    private static final int CLIENTS = 64;
    private static final String CALL = """
        {"model":"auto","max_tokens":20,"messages":[{"role":"user","content":"hello"}]}
        """;
    private static final String ANSWER = """
        {"id":"1","object":"chat.completion","created":1,"model":"gpt-test","choices":[{"index":0,"message":\
        {"role":"assistant","content":"here"},"finish_reason":"stop"}],\
        "usage":{"prompt_tokens":5,"completion_tokens":5,"total_tokens":10}}
        """;

    private static final String VENDORS_LIMIT = """
        x-ratelimit-limit-requests: 10000\r
        x-ratelimit-remaining-requests: 9000\r
        x-ratelimit-reset-requests: 1h0m0s\r
        """;

    @TempDir
    Path home;

    @BeforeEach
    void makeFolder() throws IOException {
        Files.createDirectories(home.resolve("conf"));
    }

    private void configure(VendorServer vendor, String limits) throws IOException {
        configure(vendor, vendor, limits);
    }

    private void configure(VendorServer first, VendorServer second, String limits) throws IOException {
        Files.writeString(home.resolve("conf/formulary.yaml"), """
            discover: false
            keys:
              - { name: ann, key: sk-ann }
              - { name: ben, key: sk-ben }
            providers:
              - { id: first, kind: openai, base-url: "%s", api-key: x, parallel: 100, models: [{ id: gpt-test }] }
              - { id: second, kind: openai, base-url: "%s", api-key: x, parallel: 100, models: [{ id: gpt-test }] }
            limits:
            """.formatted(first.baseUrl(), second.baseUrl()) + limits.indent(2));
    }

    /// How often each status came, of so many calls by each of the clients.
    private static Map<Integer, Long> hammer(GatewayProcess gateway, String key, int calls) throws Exception {
        List<Integer> statuses = new ArrayList<>();
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            Callable<List<Integer>> client = () -> {
                List<Integer> own = new ArrayList<>();
                for (int i = 0; i < calls; i++) {
                    own.add(ask(gateway, key, CALL).statusCode());
                }
                return own;
            };
            for (Future<List<Integer>> each : clients.invokeAll(Collections.nCopies(CLIENTS, client))) {
                statuses.addAll(each.get());
            }
        }
        return statuses.stream().collect(Collectors.groupingBy(each -> each, TreeMap::new, Collectors.counting()));
    }

    private static HttpResponse<String> ask(GatewayProcess gateway, String key, String call)
            throws IOException, InterruptedException {
        return gateway.post("/v1/chat/completions", call, "Authorization", "Bearer " + key, "X-Formulary-Context",
                "paid=allow");
    }

    private static long left(GatewayProcess gateway, String scope, String unit) throws Exception {
        for (JsonNode limit : GatewayProcess.json(gateway.manage("/admin/limits")).get("configured")) {
            if (limit.get("scope").asText().equals(scope) && limit.get("unit").asText().equals(unit)) {
                return limit.get("left").asLong();
            }
        }
        throw new AssertionError("no limit of " + unit + " for " + scope);
    }

    @Test
    void exactlyAsManyPassAsTheLimitSaysAndAKilledGatewayForgetsNone() throws Exception {
        try (VendorServer vendor = VendorServer.openai()) {
            vendor.always("/v1/chat/completions", VendorReply.json(200, ANSWER));
            configure(vendor, """
                - { id: each-key, scope: "key:*", requests: 100, per: hour }
                - { id: words, scope: tenant:default, tokens: 100000, per: day }
                """);
            try (GatewayProcess gateway = GatewayProcess.start(home)) {
                assertThat(hammer(gateway, "sk-ann", 4)).containsExactly(Map.entry(200, 100L), Map.entry(429, 156L));
                HttpResponse<String> answer = ask(gateway, "sk-ben", CALL);
                assertThat(answer.headers().firstValue("x-ratelimit-remaining-requests")).contains("99");
                HttpResponse<String> refused = ask(gateway, "sk-ann", CALL);
                assertThat(refused.headers().firstValue("Retry-After")).contains("60");
                assertThat(refused.body()).contains("rate_limit_exceeded",
                        "the limit 'each-key' of 100 requests per hour");
                assertThat(gateway.manage("/metrics").body()).contains("formulary_limit_left");
                gateway.kill();
            }
            try (GatewayProcess gateway = GatewayProcess.start(home)) {
                assertThat(left(gateway, "key:ann", "requests")).isZero();
                assertThat(left(gateway, "tenant:default", "tokens")).isEqualTo(100_000 - 101 * 10);
                assertThat(ask(gateway, "sk-ann", CALL).statusCode()).isEqualTo(429);
                assertThat(hammer(gateway, "sk-ben", 2)).containsExactly(Map.entry(200, 99L), Map.entry(429, 29L));
            }
        }
    }

    @Test
    void aProviderGetsNoMoreThanItsLimitAndTheOtherAnswers() throws Exception {
        try (VendorServer first = VendorServer.openai(); VendorServer second = VendorServer.openai()) {
            first.always("/v1/chat/completions", VendorReply.json(200, ANSWER));
            second.always("/v1/chat/completions", VendorReply.json(200, ANSWER));
            configure(first, second, "- { id: vendor, scope: provider:first, requests: 50, per: day }\n");
            try (GatewayProcess gateway = GatewayProcess.start(home)) {
                assertThat(hammer(gateway, "sk-ann", 4)).containsExactly(Map.entry(200, 256L));
                HttpResponse<String> named = ask(gateway, "sk-ann", CALL.replace("auto", "first/gpt-test"));
                while (named.statusCode() == 200) {
                    named = ask(gateway, "sk-ann", CALL.replace("auto", "first/gpt-test"));
                }
                assertThat(named.statusCode()).isEqualTo(429);
                assertThat(named.body()).contains("the limit 'vendor' of 50 requests per day for provider:first");
                assertThat(named.headers().firstValue("Retry-After")).contains("60");
                assertThat(left(gateway, "provider:first", "requests")).isZero();
            }
            assertThat(first.requests("/v1/chat/completions")).hasSize(50);
        }
    }

    @Test
    void whatAVendorSaysOfItsOwnLimitsIsShownAndItsWishToRestIsHeeded() throws Exception {
        try (VendorServer vendor = VendorServer.openai()) {
            vendor.next("/v1/chat/completions", VendorReply.json(200, VENDORS_LIMIT, ANSWER),
                    VendorReply.throttled("40"));
            configure(vendor, "- { id: all, scope: total, requests: 1000, per: day }\n");
            try (GatewayProcess gateway = GatewayProcess.start(home)) {
                String call = CALL.replace("auto", "first/gpt-test");
                assertThat(ask(gateway, "sk-ann", call).statusCode()).isEqualTo(200);
                JsonNode learned = GatewayProcess.json(gateway.manage("/admin/limits")).at("/learned/0");
                assertThat(learned.get("model").asText()).isEqualTo("first/gpt-test");
                assertThat(learned.get("unit").asText()).isEqualTo("requests");
                assertThat(learned.get("left").asLong()).isEqualTo(9_000);

                assertThat(ask(gateway, "sk-ann", call).statusCode()).isEqualTo(429);
                HttpResponse<String> refused = ask(gateway, "sk-ann", call);
                assertThat(refused.statusCode()).isEqualTo(429);
                assertThat(refused.body()).contains("rate_limit_exceeded", "the vendor wants no calls of it for now");
                assertThat(Integer.parseInt(refused.headers().firstValue("Retry-After").orElseThrow()))
                        .isBetween(30, 40);
                assertThat(left(gateway, "total", "requests")).as("who was refused did not count").isEqualTo(999);
            }
            assertThat(vendor.requests("/v1/chat/completions")).hasSize(2);
        }
    }
}
