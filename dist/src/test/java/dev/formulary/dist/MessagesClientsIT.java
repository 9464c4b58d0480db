package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.formulary.testkit.VendorReply;
import dev.formulary.testkit.VendorServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The official client of the Messages API, as it comes from npm, in its newest and its previous generation, against a gateway
/// with the simulator, a vendor of another format that calls two tools at once, and a vendor of its own.
class MessagesClientsIT {
    private static final Path SOURCES = Path.of("src/test/clients/anthropic");
    private static final Path INSTALLED = Path.of("target/clients-anthropic");
    private static final String KEY = "not-a-real-key";

    @TempDir
    Path home;
    private final VendorServer cloud = VendorServer.openai().always("/v1/chat/completions",
            withTools(
                    either(VendorReply.json(200, calls()), VendorReply.pieces("text/event-stream", pieces(), 30, 0))));
    private final VendorServer letters = letters();
    private GatewayProcess gateway;

    private static VendorReply either(VendorReply whole, VendorReply stream) {
        return (request, wire) -> (request.text().replace(" ", "").contains("\"stream\":true") ? stream : whole)
                .write(request, wire);
    }

    private static VendorReply withTools(VendorReply calling) {
        VendorReply speaking = VendorReply.openai("Hello", ".");
        return (request, wire) -> (request.text().contains("\"tools\"") ? calling : speaking).write(request, wire);
    }

    private static String calls() {
        return "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"gpt-test\",\"choices\":[{\"index\":0,"
                + "\"message\":{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"call_1\",\"type\":"
                + "\"function\",\"function\":{\"name\":\"weather\",\"arguments\":\"{\\\"city\\\":\\\"Bern\\\"}\"}},"
                + "{\"id\":\"call_2\",\"type\":\"function\",\"function\":{\"name\":\"now\",\"arguments\":\"{}\"}}]},"
                + "\"finish_reason\":\"tool_calls\"}],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":5,"
                + "\"total_tokens\":14}}";
    }

    /// The second call begins before the first is complete.
    private static String pieces() {
        return chunk("{\"role\":\"assistant\",\"content\":null}") + call(0, "\"id\":\"call_1\",\"type\":\"function\",",
                "\"name\":\"weather\",\"arguments\":\"\"") + call(0, "", "\"arguments\":\"{\\\"city\\\":\"")
                + call(1, "\"id\":\"call_2\",\"type\":\"function\",", "\"name\":\"now\",\"arguments\":\"\"")
                + call(0, "", "\"arguments\":\"\\\"Bern\\\"}\"") + call(1, "", "\"arguments\":\"{}\"")
                + "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\n"
                + "data: [DONE]\n\n";
    }

    private static String call(int index, String head, String function) {
        return chunk("{\"tool_calls\":[{\"index\":" + index + "," + head + "\"function\":{" + function + "}}]}");
    }

    private static String chunk(String delta) {
        return "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":null}]}\n\n";
    }

    private static VendorServer letters() {
        String list = "{\"data\":[{\"type\":\"model\",\"id\":\"claude-sonnet-4-5\",\"display_name\":\"Sonnet\","
                + "\"created_at\":\"2025-09-29T00:00:00Z\"}],\"has_more\":false}";
        String usage = "{\"input_tokens\":9,\"output_tokens\":5}";
        String stop = "\"stop_reason\":\"stop_sequence\",\"stop_sequence\":\"END\"";
        String head = "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude-sonnet-4-5\",";
        String stream = event("message_start", "\"message\":" + head + "\"content\":[],\"stop_reason\":null,"
                + "\"stop_sequence\":null,\"usage\":" + usage + "}")
                + event("content_block_start", "\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}")
                + "event: ping\ndata: {\"type\": \"ping\"}\n\n"
                + event("content_block_delta", "\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hello.\"}")
                + event("content_block_stop", "\"index\":0")
                + event("message_delta", "\"delta\":{" + stop + "},\"usage\":" + usage)
                + event("message_stop", "\"x\":0");
        String whole = head + "\"content\":[{\"type\":\"text\",\"text\":\"Hello.\"}]," + stop + ",\"usage\":" + usage
                + "}";
        return VendorServer.bare().always("/v1/models?limit=1000", VendorReply.json(200, list)).always("/v1/messages",
                either(VendorReply.json(200, whole), VendorReply.pieces("text/event-stream", stream, 50, 0)));
    }

    private static String event(String type, String members) {
        return "event: " + type + "\ndata: {\"type\":\"" + type + "\"," + members + "}\n\n";
    }

    @BeforeEach
    void start() throws IOException {
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(home.resolve("conf/formulary.yaml"), """
            discover: false
            keys:
              - { name: patient, key: sk-patient }
              - { name: hasty, key: sk-hasty }
            limits:
              - { id: hasty, scope: "key:hasty", requests: 1, per: second }
            providers:
              - { id: cloud, kind: openai, base-url: "%s", api-key: %s }
              - { id: letters, kind: anthropic, base-url: "%s", api-key: %s, cache: off }
              - { id: play, kind: simulator, first-token-ms: 0, tokens-per-second: 0 }
              - { id: slow, kind: simulator, first-token-ms: 0, tokens-per-second: 20 }
            """.formatted(cloud.baseUrl(), KEY, letters.baseUrl(), KEY));
        gateway = GatewayProcess.start(home);
        for (String model : List.of("cloud/gpt-test", "letters/claude-sonnet-4-5")) {
            await().atMost(Duration.ofMinutes(1)).until(() -> isThere(model));
        }
    }

    private boolean isThere(String model) throws IOException, InterruptedException {
        String body = "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
        return !gateway.post("/v1/decide", body, "X-Api-Key", "sk-patient").body().contains("model_not_found");
    }

    @AfterEach
    void stop() {
        gateway.close();
        cloud.close();
        letters.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"@anthropic-ai/sdk", "previous"})
    void theClientDoesWhatProgramsDoWithIt(String generation) throws Exception {
        install();
        Said said = run(List.of("node", "smoke.mjs", generation, gateway.clients().toString()));

        assertThat(said.exitCode()).as(said.output()).isZero();
        assertThat(said.output()).contains("16 passed, 0 failed");
        assertThat(letters.last("/v1/messages").text()).as("as it was written").contains("{\"user_id\":\"u\"}",
                "{\"type\":\"text\",\"text\":\"Hi\",\"cache_control\":{\"type\":\"ephemeral\"}}");
        assertThat(gateway.output()).as("the log").doesNotContain("sk-patient", "sk-hasty", "sk-none");
    }

    private static void install() throws Exception {
        Files.createDirectories(INSTALLED);
        for (String file : List.of("package.json", "package-lock.json", "smoke.mjs")) {
            Files.copy(SOURCES.resolve(file), INSTALLED.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        if (Files.exists(INSTALLED.resolve("node_modules/.package-lock.json"))) {
            return;
        }
        Said said = run(List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"));
        assertThat(said.exitCode()).as(said.output()).isZero();
    }

    private record Said(int exitCode, String output) {}

    private static Said run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).directory(INSTALLED.toFile()).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), output);
    }
}
