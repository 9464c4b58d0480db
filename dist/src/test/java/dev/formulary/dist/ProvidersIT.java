package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.formulary.testkit.VendorReply;
import dev.formulary.testkit.VendorServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// One gateway, the simulator and four vendors that each speak a language of their own: whoever asks in whichever format
/// hears the same.
class ProvidersIT {
    private static final String SAID = "Hello from the vendor.";
    private static final String KEY = "not-a-real-key";
    private static final JsonMapper MAPPER = new JsonMapper();

    @TempDir
    static Path home;
    private static final VendorServer OPENAI = VendorServer.openai();
    private static final VendorServer OLLAMA = VendorServer.ollama();
    private static final VendorServer GEMINI = gemini();
    private static final VendorServer MESSAGES = messages();
    private static GatewayProcess gateway;

    private static VendorServer gemini() {
        String list = "{\"models\":[{\"name\":\"models/gemini-2.5-flash\",\"inputTokenLimit\":1048576,"
                + "\"outputTokenLimit\":65536,\"supportedGenerationMethods\":[\"generateContent\"],\"thinking\":true}]}";
        String answer = "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"" + SAID + "\"}]},"
                + "\"finishReason\":\"STOP\",\"index\":0}],\"usageMetadata\":{\"promptTokenCount\":9,"
                + "\"candidatesTokenCount\":5,\"totalTokenCount\":14}}";
        String path = "/v1beta/models/gemini-2.5-flash:";
        return VendorServer.bare().always("/v1beta/models?pageSize=1000", VendorReply.json(200, list))
                .always(path + "generateContent", VendorReply.json(200, answer))
                .always(path + "streamGenerateContent?alt=sse",
                        VendorReply.pieces("text/event-stream", "data: " + answer + "\r\n\r\n", 20, 0));
    }

    private static VendorServer messages() {
        String list = "{\"data\":[{\"type\":\"model\",\"id\":\"claude-sonnet-4-5\",\"display_name\":\"Sonnet\","
                + "\"created_at\":\"2025-09-29T00:00:00Z\"}],\"has_more\":false}";
        String usage = "{\"input_tokens\":9,\"output_tokens\":5}";
        String head = "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude-sonnet-4-5\",";
        String whole = head + "\"content\":[{\"type\":\"text\",\"text\":\"" + SAID
                + "\"}],\"stop_reason\":\"end_turn\","
                + "\"stop_sequence\":null,\"usage\":" + usage + "}";
        String stream = event("message_start", "\"message\":" + head + "\"content\":[],\"stop_reason\":null,"
                + "\"stop_sequence\":null,\"usage\":" + usage + "}")
                + event("content_block_start", "\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}")
                + event("content_block_delta",
                        "\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"" + SAID + "\"}")
                + event("content_block_stop", "\"index\":0")
                + event("message_delta", "\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":"
                        + usage)
                + event("message_stop", "\"x\":0");
        return VendorServer.bare().always("/v1/models?limit=1000", VendorReply.json(200, list))
                .next("/v1/messages", VendorReply.json(200, whole))
                .always("/v1/messages", VendorReply.pieces("text/event-stream", stream, 50, 0));
    }

    private static String event(String type, String members) {
        return "event: " + type + "\ndata: {\"type\":\"" + type + "\"," + members + "}\n\n";
    }

    @BeforeAll
    static void start() throws IOException {
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(home.resolve("conf/formulary.yaml"), """
            discover: false
            providers:
              - { id: cloud, kind: openai, base-url: "%s", api-key: %s }
              - { id: house, kind: ollama, base-url: "%s" }
              - { id: google, kind: gemini, base-url: "%s", api-key: %s }
              - { id: letters, kind: anthropic, base-url: "%s", api-key: %s, cache: off }
              - { id: play, kind: simulator, first-token-ms: 0, tokens-per-second: 0, answer: "%s" }
            """.formatted(OPENAI.baseUrl(), KEY, OLLAMA.baseUrl(), GEMINI.baseUrl(), KEY, MESSAGES.baseUrl(), KEY,
                SAID));
        gateway = GatewayProcess.start(home);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        OPENAI.close();
        OLLAMA.close();
        GEMINI.close();
        MESSAGES.close();
    }

    private static String body(String model, boolean stream) {
        return "{\"model\":\"" + model + "\",\"stream\":" + stream + ",\"seed\":7,"
                + "\"messages\":[{\"role\":\"system\",\"content\":\"Be brief.\"},{\"role\":\"user\",\"content\":\"Hi\"}]}";
    }

    @ParameterizedTest
    @CsvSource({"cloud/gpt-test, ''", "house/llama-test:latest, ''", "google/gemini-2.5-flash, ''",
            "letters/claude-sonnet-4-5, seed", "play/echo-small, ''"})
    void everyProviderIsHeardInBothFormatsWholeAndInPieces(String model, String ignored) throws Exception {
        HttpResponse<String> whole = gateway.post("/v1/chat/completions", body(model, false));
        assertThat(whole.statusCode()).as(whole.body()).isEqualTo(200);
        assertThat(GatewayProcess.json(whole).at("/choices/0/message/content").asText()).isEqualTo(SAID);
        assertThat(GatewayProcess.json(whole).at("/usage/total_tokens").asInt()).isPositive();
        assertThat(whole.headers().firstValue("x-formulary-model")).contains(model);
        assertThat(whole.headers().firstValue("x-formulary-ignored").orElse("")).isEqualTo(ignored);

        String pieces = read("/v1/chat/completions", body(model, true));
        assertThat(pieces).contains("\"finish_reason\":\"stop\"").endsWith("data: [DONE]\n\n");
        String lines = read("/api/chat", body(model, true));
        assertThat(lines).contains("\"done\":true", "\"done_reason\":\"stop\"");
    }

    private String read(String path, String body) throws IOException, InterruptedException {
        try (InputStream in = gateway.stream(path, body).body()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /// As OpenHands asks through LiteLLM: parts everywhere, marks for the prompt cache, results of tools with a name.
    private static String agent(String model) {
        return """
            {"model":"%s","stream":false,"temperature":0.0,"top_p":1.0,"max_completion_tokens":4096,
             "reasoning_effort":"high","prompt_cache_retention":"24h","tool_choice":"auto",
             "messages":[
              {"role":"system","content":[{"type":"text","text":"You are a coding agent.",
               "cache_control":{"type":"ephemeral"}}]},
              {"role":"user","content":[{"type":"text","text":"List the files."}]},
              {"role":"assistant","content":[{"type":"text","text":"I look."}],"tool_calls":[{"id":"call_1",
               "type":"function","function":{"name":"execute_bash","arguments":"{\\"command\\":\\"ls\\"}"}}]},
              {"role":"tool","tool_call_id":"call_1","name":"execute_bash","content":[{"type":"text","text":"a.txt",
               "cache_control":{"type":"ephemeral"}}]}],
             "tools":[{"type":"function","function":{"name":"execute_bash","description":"Runs a command.",
              "parameters":{"type":"object","properties":{"command":{"type":"string"}},"required":["command"]}}}]}
            """.formatted(model);
    }

    @ParameterizedTest
    @CsvSource({"cloud/gpt-test", "house/llama-test:latest"})
    void aCodingAgentIsServed(String model) throws Exception {
        HttpResponse<String> answer = gateway.post("/v1/chat/completions", agent(model));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode said = GatewayProcess.json(answer);
        assertThat(said.at("/choices/0/message/content").asText()).isEqualTo(SAID);
        assertThat(said.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
        JsonNode usage = said.path("usage");
        assertThat(usage.path("prompt_tokens").isInt() && usage.path("completion_tokens").isInt()).isTrue();
        assertThat(usage.path("total_tokens").asInt())
                .isEqualTo(usage.path("prompt_tokens").asInt() + usage.path("completion_tokens").asInt());
    }

    @Test
    void whatACodingAgentSaysReachesAServerInItsOwnWay() throws Exception {
        // another question than before, or it is answered from the cache
        String other = agent("house/llama-test:latest").replace("List the files.", "List all files.");
        gateway.post("/v1/chat/completions", other);
        JsonNode asked = MAPPER.readTree(OLLAMA.last("/api/chat").text());
        assertThat(asked.at("/messages/0/content").asText()).isEqualTo("You are a coding agent.");
        assertThat(asked.at("/messages/2/tool_calls/0/function/arguments/command").asText()).isEqualTo("ls");
        assertThat(asked.at("/messages/3/role").asText()).isEqualTo("tool");
        assertThat(asked.at("/messages/3/content").asText()).isEqualTo("a.txt");
        assertThat(asked.at("/messages/3/tool_name").asText()).isEqualTo("execute_bash");
        assertThat(asked.at("/tools/0/function/name").asText()).isEqualTo("execute_bash");
        assertThat(asked.at("/options/num_predict").asInt()).isEqualTo(4096);
    }

    @Test
    void aPromptThatIsTooLongIsToldInWordsThatAgentsKnow() throws Exception {
        OPENAI.next("/v1/chat/completions", VendorReply.json(400,
                "{\"error\":{\"message\":\"too long\",\"type\":\"invalid_request_error\","
                        + "\"code\":\"context_length_exceeded\"}}"));
        // another question than before, too
        String other = agent("cloud/gpt-test").replace("List the files.", "List every file.");
        HttpResponse<String> answer = gateway.post("/v1/chat/completions", other);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(GatewayProcess.json(answer).at("/error/code").asText()).isEqualTo("context_length_exceeded");
        assertThat(GatewayProcess.json(answer).at("/error/message").asText()).contains("maximum context length");
    }

    @Test
    void allModelsAreListedAndNoKeyIsShown() throws Exception {
        assertThat(gateway.get("/v1/models").body()).contains("cloud/gpt-test", "house/llama-test:latest",
                "google/gemini-2.5-flash", "letters/claude-sonnet-4-5", "play/echo-small");
        // what the vendor does not tell comes from the catalogue, but only for the vendor's own server
        assertThat(gateway.manage("/admin/providers").body()).contains("1048576").doesNotContain(KEY);
        assertThat(gateway.manage("/admin/plugins").body()).contains("formulary-gemini", "formulary-anthropic",
                "formulary-local").doesNotContain(KEY);
        assertThat(gateway.manage("/admin/plugins/settings").body()).contains("\"gemini\"", "base-url");
        assertThat(gateway.output()).doesNotContain(KEY);
    }
}
