package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.formulary.testkit.VendorReply;
import dev.formulary.testkit.VendorReply.Ending;
import dev.formulary.testkit.VendorServer;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What Continue, Open WebUI and OpenHands (through LiteLLM) ask, as their sources have it, with the settings that stand on their
/// pages; and what these read in the answers.
class AgentsIT {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String CHAT = "/chat/completions";
    private static final String TOOLS = """
        [{"type":"function","function":{"name":"terminal","description":"Runs a command for the weather.","parameters":
          {"type":"object","properties":{"city":{"type":"string"},"security_risk":{"type":"string","enum":["LOW","HIGH"]}},
           "required":["city"]}}}]
        """;

    @TempDir
    static Path home;
    private static VendorServer vendor;
    private static VendorServer busy;
    private static VendorServer ollama;
    private static GatewayProcess gateway;
    /// A key for the models that go by the script, and one for the server of Ollama.
    private static String key = "";
    private static String editor = "";

    @BeforeAll
    static void start() throws Exception {
        vendor = VendorServer.openai().always("/v1" + CHAT, new ChatScript());
        busy = VendorServer.openai().always("/v1" + CHAT, VendorReply.throttled("7"));
        ollama = VendorServer.ollama().always("/api/tags", VendorReply.ollamaTags("qwen2.5-coder:1.5b"));
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(home.resolve("conf/formulary.yaml"), """
            discover: false
            breaker: { window: 100, minimum-calls: 100 }
            providers:
              - id: vendor
                kind: openai
                base-url: "%s"
                api-key: not-a-real-key
                models: [{ id: gpt-test, capabilities: [chat, vision, tools, json, thinking], context-tokens: 50000,
                           input-price: 0, output-price: 0 }]
              - { id: busy, kind: openai, base-url: "%s", api-key: not-a-real-key }
              - { id: ollama, kind: ollama, base-url: "%s" }
            """.formatted(vendor.baseUrl(), busy.baseUrl(), ollama.baseUrl()));
        gateway = GatewayProcess.start(home);
        for (String model : List.of("vendor/gpt-test", "busy/gpt-test", "ollama/qwen2.5-coder:1.5b")) {
            await().atMost(Duration.ofMinutes(1)).until(() -> gateway.get("/v1/models").body().contains(model));
        }
        key = issue("agent", "vendor/*\",\"simulator/embed");
        editor = issue("editor", "*");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        vendor.close();
        busy.close();
        ollama.close();
    }

    private static String issue(String name, String models) throws Exception {
        String wish = "{\"name\":\"" + name + "\",\"models\":[\"" + models + "\"]}";
        return GatewayProcess.json(gateway.change("/admin/keys/create", wish)).path("key").asText();
    }

    /// What a client was told to add, as the test's own requests take it, and the key of the gateway.
    private static String[] headers(JsonNode headers, String key) {
        var all = new ArrayList<>(List.of("Authorization", "Bearer " + key));
        headers.properties().forEach(header -> all.addAll(List.of(header.getKey(), header.getValue().asText())));
        return all.toArray(String[]::new);
    }

    private static HttpResponse<String> post(String url, String body, String... headers) throws Exception {
        HttpResponse<String> answer = gateway.post(path(url), body, headers);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer;
    }

    private static String path(String url) {
        assertThat(url).startsWith("http://localhost:8080");
        return url.substring("http://localhost:8080".length());
    }

    private static JsonNode decision(HttpResponse<String> answer) throws Exception {
        return GatewayProcess.json(gateway.get("/v1/decisions/"
                + answer.headers().firstValue("x-formulary-decision").orElseThrow(), "Authorization", "Bearer " + key));
    }

    private static Map<String, String> env(String page) throws Exception {
        var values = new LinkedHashMap<String, String>();
        Pages.example(page, page + ".env").lines().forEach(line -> values.put(line.substring(0, line.indexOf('=')),
                line.substring(line.indexOf('=') + 1)));
        return values;
    }

    @Test
    void continueChatsCompletesAndIndexesByItsFile() throws Exception {
        JsonNode file = new YAMLMapper().readTree(Pages.example("continue", "config.yaml"));
        assertThat(file.at("/schema").asText()).isEqualTo("v1");
        for (JsonNode model : file.path("models")) {
            String[] headers = headers(model.at("/requestOptions/headers"), key);
            assertThat(model.path("apiKey").asText()).isEqualTo("${{ secrets.FORMULARY_API_KEY }}");
            String base = model.path("apiBase").asText();
            String name = model.path("model").asText();
            switch (model.at("/roles/0").asText() + " by " + model.path("provider").asText()) {
                case "chat by openai" -> continueChats(base, name, headers);
                case "autocomplete by ollama" ->
                    continueCompletes(base, name, headers(model.at("/requestOptions/headers"), editor));
                case "embed by openai" -> {
                    JsonNode data = GatewayProcess.json(post(base + "/embeddings", "{\"model\":\"" + name
                            + "\",\"input\":[\"a\",\"b\"],\"encoding_format\":\"base64\"}", headers)).path("data");
                    assertThat(data).hasSize(2).allSatisfy(each -> assertThat(each.path("embedding").isTextual())
                            .isTrue());
                }
                default -> throw new AssertionError("nobody tried " + model);
            }
        }
        // model: AUTODETECT
        assertThat(GatewayProcess.json(gateway.get("/api/tags", "Authorization", "Bearer " + editor)).path("models")
                .findValuesAsText("name")).contains("auto", "vendor/gpt-test", "ollama/qwen2.5-coder:1.5b");
    }

    /// Agent mode; Continue sends `detail: low` with pictures, and one blank for an empty message.
    private static void continueChats(String base, String name, String... headers) throws Exception {
        String first = """
            {"model":"%s","max_tokens":4096,"stream":true,"stream_options":{"include_usage":true},"stop":[],"tools":%s,
             "messages":[{"role":"system","content":"You are in agent mode."},
              {"role":"user","content":[{"type":"text","text":"The weather in Bern and in Rome?"}]}%s]}
            """;
        HttpResponse<String> asked = post(base + CHAT, first.formatted(name, TOOLS, ""), headers);
        JsonNode calling = ChatStream.joined(asked);
        assertThat(calling.path("finish_reason").asText()).isEqualTo("tool_calls");
        assertThat(calling.path("tool_calls")).extracting(call -> call.at("/function/arguments").asText())
                .containsExactly("{\"city\":\"Bern\"}", "{\"city\":\"Rome\"}");
        assertThat(decision(asked).toString()).contains("text_only", "interactive");
        String results = ",{\"role\":\"assistant\",\"content\":\" \",\"tool_calls\":" + calling.path("tool_calls")
                + "},{\"role\":\"tool\",\"tool_call_id\":\"" + calling.at("/tool_calls/0/id").asText()
                + "\",\"content\":\"sun\"},{\"role\":\"tool\",\"tool_call_id\":\""
                + calling.at("/tool_calls/1/id").asText() + "\",\"content\":\"sun\"}";
        assertThat(ChatStream.joined(post(base + CHAT, first.formatted(name, TOOLS, results), headers)).path("content")
                .asText())
                .isEqualTo("Sun in both.");
        String picture = """
            {"model":"%s","stream":true,"messages":[{"role":"user","content":[{"type":"text","text":"What is it?"},
             {"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo=","detail":"low"}}]}]}
            """.formatted(name);
        assertThat(ChatStream.joined(post(base + CHAT, picture, headers)).path("content").asText()).isEqualTo("A dot.");
    }

    private static void continueCompletes(String base, String name, String... headers) throws Exception {
        JsonNode shown = GatewayProcess.json(post(base + "/api/show", "{\"name\":\"" + name + "\"}", headers));
        assertThat(shown.path("parameters").isTextual() && shown.path("template").isTextual()).isTrue();
        ollama.next("/api/generate", VendorReply.lines(Ending.COMPLETE,
                "{\"model\":\"m\",\"response\":\"1\",\"done\":false}",
                "{\"model\":\"m\",\"response\":\"\",\"done\":true,\"done_reason\":\"stop\",\"eval_count\":1}"));
        HttpResponse<String> completed = post(base + "/api/generate", "{\"model\":\"" + name
                + "\",\"prompt\":\"<|fim_prefix|>a = <|fim_suffix|>\\n<|fim_middle|>\",\"raw\":true,\"options\":"
                + "{\"temperature\":0.01,\"num_predict\":4096,\"stop\":[\"<|endoftext|>\"],\"num_ctx\":8096},"
                + "\"keep_alive\":1800,\"stream\":true}", headers);
        assertThat(completed.body().lines().map(line -> line.contains("\"response\":\"1\""))).containsExactly(true,
                false);
        assertThat(ollama.last("/api/generate").text()).contains("<|fim_middle|>", "\"raw\":true");
        HttpResponse<String> elsewhere = gateway.post("/api/generate",
                "{\"model\":\"vendor/gpt-test\",\"prompt\":\"a\",\"raw\":true}", headers);
        assertThat(elsewhere.statusCode()).as("elsewhere it is refused").isEqualTo(400);
    }

    @Test
    void openWebUiListsChatsAndIndexesByItsEnvironment() throws Exception {
        Map<String, String> env = env("open-webui");
        String base = env.getOrDefault("OPENAI_API_BASE_URLS", "");
        assertThat(env).containsEntry("ENABLE_FORWARD_USER_INFO_HEADERS", "true").containsEntry("ENABLE_OLLAMA_API",
                "false").containsEntry("OPENAI_API_KEYS", "none");
        ObjectNode person = JSON.createObjectNode().put("X-OpenWebUI-User-Name", "Jo%20Doe").put("X-OpenWebUI-User-Id",
                "u-1").put("X-OpenWebUI-User-Email", "jo@example.org").put("X-OpenWebUI-User-Role", "user");
        String[] plain = headers(person, key);
        assertThat(GatewayProcess.json(gateway.get(path(base) + "/models", plain)).path("data")).allSatisfy(
                model -> assertThat(model.path("id").asText()).isNotBlank()).extracting(
                        model -> model.path("id")
                                .asText())
                .contains("auto", "vendor/gpt-test");

        String[] chat = headers(person.put(env.getOrDefault("FORWARD_SESSION_INFO_HEADER_CHAT_ID", ""), "chat-1"), key);
        String ask = """
            {"model":"auto","stream":true,"stream_options":{"include_usage":true},"params":{},
             "messages":[{"role":"system","content":"Be kind."},{"role":"user","content":"hello"}]}
            """;
        HttpResponse<String> answer = post(base + CHAT, ask, chat);
        assertThat(ChatStream.joined(answer).path("content").asText()).isEqualTo("Hello there.");
        assertThat(ChatStream.joined(answer).at("/usage/total_tokens").asInt()).isEqualTo(12);
        assertThat(decision(answer).toString()).contains("chat-1").doesNotContain("jo@example.org", "Jo%20Doe");
        assertThat(vendor.last("/v1" + CHAT).headers()).doesNotContainKeys("x-openwebui-user-email",
                "x-openwebui-user-name");

        // titles, tags and follow-ups are asked for in one piece
        HttpResponse<String> title = post(base + CHAT, "{\"model\":\"auto\",\"stream\":false,"
                + "\"max_completion_tokens\":1000,\"messages\":[{\"role\":\"user\",\"content\":\"### Task: a title\"}]}",
                chat);
        assertThat(GatewayProcess.json(title).at("/choices/0/message/content").asText()).isNotBlank();

        JsonNode vectors = GatewayProcess
                .json(post(env.getOrDefault("RAG_OPENAI_API_BASE_URL", "") + "/embeddings", "{\"model\":\""
                        + env.getOrDefault("RAG_EMBEDDING_MODEL", "") + "\",\"input\":[\"a\",\"b\"]}", plain))
                .path("data");
        assertThat(vectors).hasSize(2).allSatisfy(each -> assertThat(each.at("/embedding/0").isNumber()).isTrue());
    }

    @Test
    void openWebUiFillsItsOwnHeadersInAlsoWithNothing() throws Exception {
        JsonNode written = JSON.readTree(Pages.example("open-webui", "headers.json"));
        for (String chat : List.of("chat-2", "")) {
            ObjectNode filled = JSON.createObjectNode();
            written.properties().forEach(header -> filled.put(header.getKey(), header.getValue().asText().replace(
                    "{{CHAT_ID}}", chat)));
            String[] headers = headers(filled, key);
            assertThat(gateway.get("/v1/models", headers).statusCode()).isEqualTo(200);
            JsonNode decision = decision(post("http://localhost:8080/v1" + CHAT,
                    "{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}", headers));
            assertThat(decision.toString()).contains("general_chat");
            assertThat(decision.toString().contains("chat-2")).isEqualTo(!chat.isEmpty());
        }
    }

    /// As LiteLLM has them: what a status and a text are to it.
    private static String litellm(HttpResponse<String> answer) {
        String text = answer.body().toLowerCase(Locale.ROOT);
        if (text.contains("rate limit") || text.contains("rate_limit") || text.contains("rate-limit")) {
            return "RateLimitError";
        }
        if (List.of("exceed context limit", "this model's maximum context length is").stream().anyMatch(
                text::contains)) {
            return "ContextWindowExceededError";
        }
        if (text.contains("invalid_request_error")) {
            return text.contains("model_not_found") ? "NotFoundError" : "BadRequestError";
        }
        return switch (answer.statusCode()) {
            case 401 -> "AuthenticationError";
            case 403 -> "PermissionDeniedError";
            case 429 -> "RateLimitError";
            case 503 -> "ServiceUnavailableError";
            default -> "APIError";
        };
    }

    private static String openHands(Map<String, String> env, String tools, String more, String... said) {
        ArrayNode messages = JSON.createArrayNode();
        messages.addObject().put("role", "system").putArray("content").addObject().put("type", "text").put("text",
                "You are OpenHands agent.").putObject("cache_control").put("type", "ephemeral");
        for (String text : said) {
            messages.addObject().put("role", "user").putArray("content").addObject().put("type", "text").put("text",
                    text);
        }
        String model = env.getOrDefault("LLM_MODEL", "").replaceFirst("^openai/", "");
        return "{\"model\":\"" + model + "\",\"messages\":" + messages + ",\"tools\":" + tools
                + ",\"tool_choice\":\"auto\",\"max_completion_tokens\":4096,\"temperature\":0.0,\"top_p\":1.0,\"seed\":1"
                + more + "}";
    }

    @Test
    void openHandsWorksAtATaskByItsEnvironment() throws Exception {
        Map<String, String> env = env("openhands");
        String base = env.getOrDefault("LLM_BASE_URL", "");
        String[] headers = headers(JSON.readTree(env.getOrDefault("LLM_EXTRA_HEADERS", "")), key);
        String ask = openHands(env, TOOLS, "", "The weather in Bern?");
        HttpResponse<String> asked = post(base + CHAT, ask, headers);
        JsonNode answer = GatewayProcess.json(asked);
        assertThat(answer.path("object").asText()).isEqualTo("chat.completion");
        assertThat(answer.path("created").isInt() && answer.path("model").isTextual()).isTrue();
        assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("tool_calls");
        ObjectNode message = answer.at("/choices/0/message").deepCopy();
        assertThat(message.at("/tool_calls/0/type").asText()).isEqualTo("function");
        assertThat(message.at("/tool_calls/0/function/name").asText()).isEqualTo("terminal");
        assertThat(JSON.readTree(message.at("/tool_calls/0/function/arguments").asText()).path("city").asText())
                .isEqualTo("Bern");
        for (String count : List.of("prompt_tokens", "completion_tokens", "total_tokens")) {
            assertThat(answer.at("/usage/" + count).isInt()).as(count).isTrue();
        }
        assertThat(decision(asked).toString()).contains("repair-17", "text_only");

        ObjectNode again = (ObjectNode) JSON.readTree(ask);
        ArrayNode messages = (ArrayNode) again.path("messages");
        messages.addObject().put("role", "assistant").set("tool_calls", message.get("tool_calls"));
        ObjectNode result = messages.addObject().put("role", "tool").put("name", "terminal").put("tool_call_id", message
                .at("/tool_calls/0/id").asText());
        result.putObject("cache_control").put("type", "ephemeral");
        result.putArray("content").addObject().put("type", "text").put("text", "sun");
        assertThat(GatewayProcess.json(post(base + CHAT, again.toString(), headers)).at("/choices/0/message/content")
                .asText()).isEqualTo("Sun in both.");
        again.put("stream", true).putObject("stream_options").put("include_usage", true);
        assertThat(
                ChatStream.joined(post(base + CHAT, again.toString(), headers)).at("/usage/completion_tokens").isInt())
                .isTrue();
    }

    @Test
    void openHandsCallsToolsByPromptsLooksAtPicturesAndAsksForResponsesToo() throws Exception {
        Map<String, String> env = env("openhands");
        String base = env.getOrDefault("LLM_BASE_URL", "");
        String prompted = openHands(env, "[]", ",\"stop\":[\"</function\"]", "hello").replace(",\"tools\":[],"
                + "\"tool_choice\":\"auto\"", "");
        assertThat(GatewayProcess.json(post(base + CHAT, prompted, "Authorization", "Bearer " + key))
                .at("/choices/0/message/content").asText())
                .isEqualTo("Hello there.");
        assertThat(vendor.last("/v1" + CHAT).text()).contains("</function");

        String seen = openHands(env, TOOLS, "", "What is it?").replace("\"What is it?\"}", "\"What is it?\"},"
                + "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,iVBORw0KGgo=\"}}");
        assertThat(GatewayProcess.json(post(base + CHAT, seen, "Authorization", "Bearer " + key))
                .at("/choices/0/message/content").asText()).isEqualTo("A dot.");

        JsonNode response = GatewayProcess.json(post(base + "/responses",
                """
                    {"model":"auto","instructions":"You are OpenHands agent.","temperature":1.0,"tool_choice":"auto","store":false,
                     "include":["reasoning.encrypted_content"],"reasoning":{"effort":"high"},"max_output_tokens":4096,
                     "input":[{"role":"user","content":[{"type":"input_text","text":"The weather in Bern?"}]}],
                     "tools":[{"type":"function","name":"terminal","description":"","strict":false,
                      "parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}]}
                    """,
                "Authorization", "Bearer " + key));
        JsonNode call = response.path("output").path(response.path("output").size() - 1);
        assertThat(call.path("type").asText()).isEqualTo("function_call");
        assertThat(call.path("call_id").asText()).isNotBlank();
        assertThat(call.path("arguments").asText()).isEqualTo("{\"city\":\"Bern\"}");
    }

    @Test
    void whatGoesWrongIsToldSoThatOpenHandsKnowsWhatToDo() throws Exception {
        assertThat(litellm(wrong("vendor/gpt-test", "too long"))).as("the vendor's word")
                .isEqualTo("ContextWindowExceededError");
        assertThat(litellm(wrong("vendor/gpt-test", "word ".repeat(200_000)))).as("our own").isEqualTo(
                "ContextWindowExceededError");
        assertThat(litellm(wrong("nobody/nothing", "hello"))).isEqualTo("NotFoundError");
        HttpResponse<String> throttled = wrong("busy/gpt-test", "hello");
        assertThat(litellm(throttled)).as(throttled.body()).isEqualTo("RateLimitError");
        assertThat(Integer.parseInt(throttled.headers().firstValue("retry-after").orElseThrow())).isBetween(1, 60);
        assertThat(litellm(gateway.post("/v1" + CHAT, "{}", "Authorization", "Bearer none"))).isEqualTo(
                "AuthenticationError");
        // what a name that begins with litellm_proxy/ makes it look for
        HttpResponse<String> none = gateway.get("/v1/model/info", "Authorization", "Bearer " + key);
        assertThat(none.statusCode()).isEqualTo(404);
        assertThat(GatewayProcess.json(none).path("error").isObject()).isTrue();
    }

    private static HttpResponse<String> wrong(String model, String said) throws Exception {
        return gateway.post("/v1" + CHAT, openHands(Map.of("LLM_MODEL", "openai/" + model), TOOLS, "", said),
                "Authorization", "Bearer " + editor);
    }
}
