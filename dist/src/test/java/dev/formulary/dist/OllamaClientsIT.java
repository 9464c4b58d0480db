package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.formulary.testkit.VendorReply;
import dev.formulary.testkit.VendorReply.Ending;
import dev.formulary.testkit.VendorServer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What programs do that speak to Ollama, against a gateway with a server of Ollama's behind it: the calls of Home Assistant,
/// Open WebUI and Continue, each as its sources have them.
class OllamaClientsIT {
    private static final String TOOLS = "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"HassTurnOn\","
            + "\"description\":\"\",\"parameters\":{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"}}}}}]";
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    static Path home;
    private static VendorServer vendor;
    private static GatewayProcess gateway;

    @BeforeAll
    static void start() throws Exception {
        vendor = VendorServer.ollama();
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(home.resolve("conf/formulary.yaml"), """
            discover: false
            providers:
              - { id: simulator, kind: simulator }
              - id: home
                kind: ollama
                base-url: %s
              - id: plain
                kind: simulator
                models: [{ id: echo-small, capabilities: [chat] }]
            aliases: { "home-chat": "home/llama-test:latest" }
            """.formatted(vendor.baseUrl()));
        gateway = GatewayProcess.start(home);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        vendor.close();
    }

    @Test
    void homeAssistantListsPullsTalksAndTurnsThingsOn() throws Exception {
        JsonNode models = GatewayProcess.json(gateway.get("/api/tags")).path("models");
        assertThat(models).extracting(model -> model.path("name").asText()).contains("auto", "home-chat",
                "home/llama-test:latest");
        assertThat(GatewayProcess.json(gateway.get("/api/ps")).path("models").isArray()).isTrue();
        assertThat(lines(gateway.post("/api/pull", "{\"model\":\"home-chat\"}"))).last()
                .satisfies(last -> assertThat(last.path("status").asText()).isEqualTo("success"));

        String question = "{\"role\":\"system\",\"content\":\"You are a voice assistant.\"},"
                + "{\"role\":\"user\",\"content\":\"Turn on the lamp\"}";
        vendor.next("/api/chat",
                VendorReply.lines(Ending.COMPLETE, "{\"model\":\"m\",\"message\":{\"role\":\"assistant\","
                        + "\"content\":\"\",\"tool_calls\":[{\"function\":{\"name\":\"HassTurnOn\",\"arguments\":{\"name\":\"lamp\"}}}]},"
                        + "\"done\":false}",
                        "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,"
                                + "\"done_reason\":\"stop\"}"));
        List<JsonNode> called = lines(gateway.post("/api/chat", homeAssistant("home-chat", question)));
        assertThat(called).allSatisfy(line -> assertThat(line.has("message")).isTrue());
        assertThat(called).anySatisfy(line -> assertThat(
                line.at("/message/tool_calls/0/function/arguments/name").asText()).isEqualTo("lamp"));
        assertThat(called.getLast().path("done").asBoolean()).isTrue();

        String done = question
                + ",{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[{\"function\":{\"name\":\"HassTurnOn\","
                + "\"arguments\":{\"name\":\"lamp\"}}}]},{\"role\":\"tool\",\"content\":\"{\\\"success\\\":true}\"}";
        List<JsonNode> answered = lines(gateway.post("/api/chat", homeAssistant("home-chat", done)));
        assertThat(answered.getLast().path("done").asBoolean()).isTrue();
        assertThat(answered.stream().map(line -> line.at("/message/content").asText()).reduce("", String::concat))
                .isNotBlank();

        HttpResponse<String> plain = gateway.post("/api/chat", homeAssistant("plain/echo-small", question));
        assertThat(plain.statusCode()).isEqualTo(400);
        assertThat(plain.body()).isEqualTo("{\"error\":\"plain/echo-small does not support tools\"}");
    }

    private static String homeAssistant(String model, String messages) {
        return "{\"model\":\"" + model + "\",\"messages\":[" + messages + "],\"stream\":true," + TOOLS
                + ",\"think\":false,\"keep_alive\":-1,\"options\":{\"num_ctx\":8192}}";
    }

    @Test
    void openWebUiFindsItsModelsByEitherConnection() throws Exception {
        assertThat(GatewayProcess.json(gateway.get("/api/version")).path("version").asText())
                .matches("\\d+\\.\\d+\\.\\d+");
        assertThat(GatewayProcess.json(gateway.get("/api/tags")).path("models")).allSatisfy(model -> {
            assertThat(model.path("name").asText()).isNotBlank().isEqualTo(model.path("model").asText());
            assertThat(Instant.parse(model.path("modified_at").asText())).isNotNull();
        });
        assertThat(GatewayProcess.json(gateway.get("/api/ps")).path("models")).allSatisfy(
                model -> assertThat(Instant.parse(model.path("expires_at").asText())).isNotNull());
        assertThat(GatewayProcess.json(gateway.get("/v1/models")).path("data")).extracting(model -> model.path("id")
                .asText()).contains("auto");
        assertThat(lines(gateway.post("/api/chat", "{\"model\":\"auto\",\"messages\":[{\"role\":\"user\","
                + "\"content\":\"hi\"}],\"stream\":true}")).getLast().path("done").asBoolean()).isTrue();
        HttpResponse<String> unknown = gateway.post("/api/chat",
                "{\"model\":\"nothing\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(GatewayProcess.json(unknown).path("error").asText()).startsWith("model 'nothing' not found");
    }

    @Test
    void continueShowsCompletesAndIndexes() throws Exception {
        JsonNode shown = GatewayProcess.json(gateway.post("/api/show", "{\"name\":\"home-chat\"}"));
        assertThat(shown.path("template").isTextual()).isTrue();
        assertThat(shown.path("parameters").isTextual()).isTrue();
        assertThat(shown.path("capabilities").toString()).contains("completion");

        vendor.next("/api/generate",
                VendorReply.lines(Ending.COMPLETE, "{\"model\":\"m\",\"response\":\"1\",\"done\":false}",
                        "{\"model\":\"m\",\"response\":\"\",\"done\":true,\"done_reason\":\"stop\",\"eval_count\":1}"));
        HttpResponse<String> completion = gateway.post("/api/generate", "{\"model\":\"home/llama-test:latest\","
                + "\"prompt\":\"<PRE> a = <SUF> <MID>\",\"raw\":true,\"options\":{\"num_predict\":9,\"stop\":[\"<EOT>\"]},"
                + "\"keep_alive\":1800,\"stream\":true}");
        assertThat(lines(completion)).extracting(line -> line.path("response").asText()).containsExactly("1", "");
        assertThat(vendor.last("/api/generate").text()).contains("\"raw\":true", "<PRE> a = <SUF> <MID>");

        JsonNode vectors = GatewayProcess.json(gateway.post("/api/embed",
                "{\"model\":\"simulator/embed\",\"input\":[\"a\",\"b\"],\"keep_alive\":1800}"));
        assertThat(vectors.path("embeddings")).hasSize(2);
        assertThat(vectors.path("model").asText()).isEqualTo("simulator/embed");
    }

    @Test
    void whoOnlyLooksWhetherSomebodyIsThereIsAnswered() throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            for (String path : List.of("/", "/api/tags", "/api/version")) {
                HttpRequest head = HttpRequest.newBuilder(gateway.clients().resolve(path)).HEAD().build();
                assertThat(http.send(head, HttpResponse.BodyHandlers.discarding()).statusCode()).as(path)
                        .isEqualTo(200);
            }
        }
        assertThat(gateway.get("/").body()).isEqualTo("Ollama is running");
    }

    private static List<JsonNode> lines(HttpResponse<String> answer) throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/x-ndjson");
        List<JsonNode> all = new ArrayList<>();
        for (String line : answer.body().lines().toList()) {
            all.add(JSON.readTree(line));
        }
        return all;
    }
}
