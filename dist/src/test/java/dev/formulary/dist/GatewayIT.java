package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a user sees of one gateway that was started from the archive.
class GatewayIT {
    private static final String HELLO = "\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]";
    private static final String ECHO = "{\"model\":\"simulator/echo-small\"," + HELLO + "}";
    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir
    static Path home;
    private static GatewayProcess gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = GatewayProcess.start(home);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void itSaysWhereItServesAndHowToTryIt() throws Exception {
        assertThat(gateway.output()).contains(gateway.clients().toString(), home.toRealPath().toString(),
                "simulator", "curl ");
    }

    @Test
    void aChatIsAnsweredByTheSimulator() throws Exception {
        HttpResponse<String> answer = gateway.post("/v1/chat/completions", ECHO);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(GatewayProcess.json(answer).at("/choices/0/message/content").asText()).isNotBlank();
        assertThat(answer.headers().firstValue("X-Formulary-Model")).hasValue("simulator/echo-small");
        assertThat(answer.headers().firstValue("X-Formulary-Decision")).isPresent();
    }

    @Test
    void policyChoosesForAuto() throws Exception {
        HttpResponse<String> answer = gateway.post("/v1/chat/completions", "{\"model\":\"auto\"," + HELLO + "}");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("X-Formulary-Model").orElse("")).startsWith("simulator/");
    }

    @Test
    void aStreamComesInPiecesAndIsEnded() throws Exception {
        var answer = gateway.stream("/v1/chat/completions",
                "{\"model\":\"simulator/echo-small\",\"stream\":true," + HELLO + "}");

        List<String> frames;
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            frames = lines.lines().filter(line -> line.startsWith("data:")).toList();
        }
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(frames).hasSizeGreaterThan(2).last().isEqualTo("data: [DONE]");
    }

    @Test
    void aDecisionIsExplainedAndCanBeLookedUp() throws Exception {
        HttpResponse<String> answer = gateway.post("/v1/chat/completions", ECHO);
        String id = answer.headers().firstValue("X-Formulary-Decision").orElse("");

        JsonNode decided = GatewayProcess.json(gateway.post("/v1/decide", ECHO));
        JsonNode kept = GatewayProcess.json(gateway.get("/v1/decisions/" + id));

        assertThat(decided.path("result").asText()).isEqualTo("allow");
        assertThat(decided.path("model").asText()).isEqualTo("simulator/echo-small");
        assertThat(kept.path("id").asText()).isEqualTo(id);
        assertThat(kept.toString()).doesNotContain("\"hello\"");
    }

    @Test
    void theCommandLineAsksTheRunningGateway() throws Exception {
        GatewayProcess.Finished decision = GatewayProcess.run(ECHO, home, Map.of(), "decide", "-");
        GatewayProcess.Finished plugins = GatewayProcess.run(home, Map.of(), "plugins");

        assertThat(decision.output()).contains("allowed", "simulator/echo-small");
        assertThat(decision.exitCode()).isZero();
        assertThat(plugins.output()).contains("formulary-simulator");
        assertThat(plugins.exitCode()).isZero();
    }

    @Test
    void aFileInTheInboxIsAnswered() throws Exception {
        Path half = home.resolve("data/call.json.part");
        Files.writeString(half, ECHO);
        Files.move(half, home.resolve("data/inbox/call.json"));

        Path answer = home.resolve("data/outbox/call.json");
        await().atMost(SOON).until(() -> Files.exists(answer));
        assertThat(answer).content().contains("simulator/echo-small");
        await().atMost(SOON).untilAsserted(() -> assertThat(home.resolve("data/done/call.json")).exists());
        assertThat(home.resolve("data/inbox/call.json")).doesNotExist();
    }

    @Test
    void anEditedRuleTakesEffect() throws Exception {
        Path rule = home.resolve("rules/context/closed.drl");
        String closed = "{\"model\":\"auto\",\"metadata\":{\"zone\":\"closed\"}," + HELLO + "}";
        try {
            Files.writeString(rule, """
                rule "closed zone"
                    @id("closed-zone")
                    @reason("the zone is closed")
                when
                    Context(zone == "closed")
                then
                    decision.deny("the zone is closed; ask from another");
                end
                """);
            await().atMost(SOON).untilAsserted(() -> {
                HttpResponse<String> answer = gateway.post("/v1/chat/completions", closed);
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
                assertThat(answer.body()).contains("the zone is closed");
            });
        } finally {
            Files.deleteIfExists(rule);
        }
        await().atMost(SOON).untilAsserted(
                () -> assertThat(gateway.post("/v1/chat/completions", closed).statusCode()).isEqualTo(200));
    }

    @Test
    void aBrokenRuleIsReportedAndHarmsNothing() throws Exception {
        Path rule = home.resolve("rules/cost/broken.drl");
        try {
            Files.writeString(rule, """
                rule "broken"
                    @id("broken")
                    @reason("misspelt")
                when
                    Context(zoone == "x")
                then
                    decision.keepFree();
                end
                """);
            await().atMost(SOON).untilAsserted(
                    () -> assertThat(gateway.manage("/admin/rules").body()).contains("cost/broken.drl", "zoone"));
            assertThat(gateway.output()).contains("cost/broken.drl");
            assertThat(gateway.post("/v1/chat/completions", ECHO).statusCode()).isEqualTo(200);

            GatewayProcess.Finished check = GatewayProcess.run(home, Map.of(), "rules", "check");
            assertThat(check.output()).contains("cost/broken.drl:5:");
            assertThat(check.exitCode()).isEqualTo(1);
        } finally {
            Files.deleteIfExists(rule);
        }
        await().atMost(SOON).untilAsserted(
                () -> assertThat(gateway.manage("/admin/rules").body()).doesNotContain("cost/broken.drl"));
        assertThat(GatewayProcess.run(home, Map.of(), "rules", "check").exitCode()).isZero();
    }

    @Test
    void aPlugInDroppedInServesAndLeaves(@TempDir Path folder) throws Exception {
        String body = "{\"model\":\"dropin/one\"," + HELLO + "}";
        assertThat(gateway.post("/v1/chat/completions", body).statusCode()).isEqualTo(404);

        Path jar = home.resolve("plugins/drop-in.jar");
        PluginJar.write(folder, jar);
        await().atMost(SOON).untilAsserted(() -> assertThat(content(body)).isEqualTo("dropped in"));
        assertThat(gateway.get("/v1/models").body()).contains("dropin/one");

        Files.delete(jar);
        await().atMost(SOON).untilAsserted(
                () -> assertThat(gateway.post("/v1/chat/completions", body).statusCode()).isEqualTo(404));
    }

    @Test
    void theOpenApiDocumentTellsOfEverythingThatIsServedAndEveryAnswerKeepsToIt() throws Exception {
        Path route = home.resolve("routes/own.yaml");
        Files.writeString(route, """
            - from:
                uri: platform-http:/own/chat
                parameters:
                  httpMethodRestrict: POST
                steps:
                  - to: formulary:openai-chat
            """);
        await().atMost(SOON).until(() -> gateway.post("/own/chat", ECHO).statusCode() == 200);
        try {
            var walk = new ApiWalk(gateway);
            walk.theDocumentIsValid();
            walk.allThatIsServedIsToldOf();
            walk.whatIsShownIsAsTold();
            walk.whatIsChangedIsAsTold();
            walk.whatClientsLookAtIsAsTold();
            GatewayProcess.Finished printed = GatewayProcess.run(home, Map.of(), "openapi");
            assertThat(printed.exitCode()).as(printed.output()).isZero();
            assertThat(printed.output()).contains("\"openapi\" : \"3.1.0\"", "/own/chat");
        } finally {
            Files.delete(route);
        }
    }

    private static String content(String body) throws IOException, InterruptedException {
        return GatewayProcess.json(gateway.post("/v1/chat/completions", body)).at("/choices/0/message/content")
                .asText();
    }
}
