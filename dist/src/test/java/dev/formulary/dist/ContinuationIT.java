package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.formulary.testkit.VendorReply;
import dev.formulary.testkit.VendorReply.Ending;
import dev.formulary.testkit.VendorServer;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two vendors and two simulators, the better of which break off in the midst of their answers.
class ContinuationIT {
    private static final String CHAT = "/v1/chat/completions";
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    Path home;
    private VendorServer first;
    private VendorServer second;

    @BeforeEach
    void start() {
        first = VendorServer.openai().always(CHAT,
                VendorReply.events(Ending.CUT, chunk("v-1", "She went home an"), chunk("v-1", "d the moo")));
        second = VendorServer.openai().always(CHAT, VendorReply.events(Ending.COMPLETE, chunk("v-2", "the "),
                chunk("v-2", "moon rose "), chunk("v-2", "\uD83C\uDF15."),
                "{\"id\":\"v-2\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}", "[DONE]"));
    }

    private GatewayProcess vendors() throws Exception {
        return gateway("""
            discover: false
            providers:
              - id: first
                kind: openai
                base-url: %s
                models: [{ id: gpt-test, quality: 9, safety: 8, labels: [crisis] }]
              - id: second
                kind: openai
                base-url: %s
                models: [{ id: gpt-test, quality: 3, safety: 8, labels: [crisis] }]
            """.formatted(first.baseUrl(), second.baseUrl()));
    }

    private GatewayProcess gateway(String configuration) throws Exception {
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(home.resolve("conf/formulary.yaml"), configuration);
        return GatewayProcess.start(home);
    }

    @AfterEach
    void stop() {
        first.close();
        second.close();
    }

    private static String chunk(String id, String text) {
        return "{\"id\":\"" + id + "\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"gpt-test\","
                + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text + "\"},\"finish_reason\":null}]}";
    }

    private static HttpResponse<String> ask(GatewayProcess gateway, String... headers) throws Exception {
        HttpResponse<String> answer = gateway.post(CHAT, "{\"model\":\"auto\",\"stream\":true,"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}", headers);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer;
    }

    private static List<JsonNode> chunks(HttpResponse<String> answer) throws Exception {
        var chunks = new ArrayList<JsonNode>();
        for (String event : answer.body().split("\n\n", -1)) {
            if (event.startsWith("data: {")) {
                chunks.add(JSON.readTree(event.substring("data: ".length())));
            }
        }
        return chunks;
    }

    private static String text(List<JsonNode> chunks) {
        var text = new StringBuilder();
        chunks.forEach(chunk -> text.append(chunk.at("/choices/0/delta/content").asText("")));
        return text.toString();
    }

    @Test
    void aClientReadsOneAnswerOfTwoVendorsAndLearnsWhoTheyWere() throws Exception {
        try (GatewayProcess gateway = vendors()) {
            HttpResponse<String> answer = ask(gateway);
            List<JsonNode> chunks = chunks(answer);

            assertThat(text(chunks)).isEqualTo("She went home and the moon rose \uD83C\uDF15.");
            assertThat(chunks).allMatch(chunk -> chunk.path("id").asText().equals("v-1"))
                    .noneMatch(chunk -> chunk.has("error"));
            assertThat(chunks.getLast().at("/choices/0/finish_reason").asText()).isEqualTo("stop");
            assertThat(chunks.getLast().at("/formulary/continued_by/0").asText()).isEqualTo("second/gpt-test");
            assertThat(answer.body()).endsWith("data: [DONE]\n\n");
            assertThat(answer.headers().firstValue("X-Formulary-Model")).hasValue("first/gpt-test");
            assertThat(second.last(CHAT).text()).contains("She went home and the moo",
                    "begin with the last word above");

            String id = answer.headers().firstValue("X-Formulary-Decision").orElseThrow();
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                JsonNode outcome = GatewayProcess.json(gateway.get("/v1/decisions/" + id)).path("outcome");
                assertThat(outcome.at("/stream/state").asText()).isEqualTo("done");
                assertThat(outcome.at("/stream/continued_by/0").asText()).isEqualTo("second/gpt-test");
                assertThat(outcome.at("/attempts/0/failure").asText()).isEqualTo("cut");
                assertThat(outcome.at("/attempts/1/answered").asBoolean()).isTrue();
            });
            assertThat(gateway.manage("/metrics").body())
                    .contains("formulary_streams_total{continued=\"true\",result=\"done\"} 1");

            HttpResponse<String> inCrisis = ask(gateway, "X-Formulary-Context", "risk=high");
            assertThat(chunks(inCrisis).getLast().at("/error/code").asText()).isEqualTo("stream_interrupted");
            assertThat(inCrisis.body()).doesNotContain("[DONE]").doesNotContain("\"stop\"");
            assertThat(second.requests(CHAT)).as("a person in crisis is answered by one model only").hasSize(1);
        }
    }

    @Test
    void aSimulatorThatBreaksOffIsGoneOnWithByAnother() throws Exception {
        try (GatewayProcess gateway = gateway("""
            discover: false
            providers:
              - id: flaky
                kind: simulator
                first-token-ms: 0
                tokens-per-second: 0
                models: [{ id: talk, quality: 9 }]
                faults: [{ fault: cut, after-tokens: 6 }]
              - id: steady
                kind: simulator
                first-token-ms: 0
                tokens-per-second: 0
                models: [{ id: talk, quality: 3 }]
            """)) {
            List<JsonNode> chunks = chunks(ask(gateway));

            assertThat(text(chunks)).isEqualTo("This is Formulary's simulator, not a model. You said: hello");
            assertThat(chunks.getLast().at("/formulary/continued_by/0").asText()).isEqualTo("steady/talk");
        }
    }
}
