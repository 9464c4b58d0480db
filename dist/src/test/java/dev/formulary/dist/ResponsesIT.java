package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.formulary.testkit.VendorReply;
import dev.formulary.testkit.VendorReply.Ending;
import dev.formulary.testkit.VendorServer;
import dev.formulary.testkit.VendorWire;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Two generations of the official client, and a killed gateway, with a vendor that knows only chats.
class ResponsesIT {
    private static final String CHAT = "/v1/chat/completions";
    private static final String RESPONSES = "/v1/responses";
    private static final JsonMapper JSON = new JsonMapper();
    private static final String USAGE = "\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":5,\"total_tokens\":12}";
    private static final String BERN = "{\\\"city\\\":\\\"Bern\\\"}";
    private static final String ROME = "{\\\"city\\\":\\\"Rome\\\"}";

    @TempDir
    Path home;
    private VendorServer vendor;
    private final AtomicInteger throttled = new AtomicInteger();

    @BeforeEach
    void start() throws IOException {
        vendor = VendorServer.openai().always(CHAT, this::answer);
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(home.resolve("conf/formulary.yaml"), """
            discover: false
            policy: { paid: true }
            providers:
              - id: vendor
                kind: openai
                base-url: %s
                api-key: x
                models: [{ id: gpt-test, capabilities: [chat, vision, tools, json, thinking] }]
            """.formatted(vendor.baseUrl()));
    }

    @AfterEach
    void stop() {
        vendor.close();
    }

    private void answer(VendorServer.Request request, VendorWire wire) throws IOException, InterruptedException {
        JsonNode body = JSON.readTree(request.text());
        String asked = asked(body);
        VendorReply reply = switch (asked) {
            case "throttled" ->
                throttled.getAndIncrement() % 2 == 0 ? VendorReply.throttled("1") : whole("Hello there.");
            case "too long" ->
                VendorReply.json(400, "{\"error\":{\"message\":\"This model's maximum context length is 8192"
                        + " tokens\",\"type\":\"invalid_request_error\",\"code\":\"context_length_exceeded\"}}");
            case "break off" -> VendorReply.events(Ending.CUT, chunk("\"content\":\"Hel\""));
            default -> body.path("stream").asBoolean() ? stream(asked, body) : whole(asked, body);
        };
        reply.write(request, wire);
    }

    private static String asked(JsonNode body) {
        JsonNode last = body.path("messages").path(body.path("messages").size() - 1);
        JsonNode content = last.path("content");
        return last.path("role").asText().equals("tool")
                ? "results"
                : content.isTextual()
                        ? content.asText()
                        : content.path(0).path("text").asText();
    }

    private static VendorReply whole(String asked, JsonNode body) {
        return switch (asked) {
            case "results" -> whole("Sun in both.");
            case "The weather in Bern?" -> whole("{\\\"city\\\":\\\"Bern\\\"}");
            case "What is it?" -> whole("A dot.");
            case "I have a dog." -> whole("A dog.");
            case "Its name?" -> whole("Rex.");
            default -> body.has("max_tokens") || body.has("max_completion_tokens")
                    ? whole("Hel", "length")
                    : whole("Hello there.");
        };
    }

    private static VendorReply whole(String text) {
        return whole(text, "stop");
    }

    private static VendorReply whole(String text, String finish) {
        return VendorReply.json(200,
                "{\"id\":\"v\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"gpt-test\","
                        + "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"" + text
                        + "\"},\"finish_reason\":\"" + finish + "\"}]," + USAGE + "}");
    }

    private static String chunk(String delta) {
        return "{\"id\":\"v\",\"choices\":[{\"index\":0,\"delta\":{" + delta + "}}]}";
    }

    private static String call(int index, String city) {
        return chunk("\"tool_calls\":[{\"index\":" + index + ",\"id\":\"call_" + index + "\",\"type\":\"function\","
                + "\"function\":{\"name\":\"weather\",\"arguments\":\"" + city + "\"}}]");
    }

    private static VendorReply stream(String asked, JsonNode body) {
        String stop = "{\"id\":\"v\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}";
        String usage = "{\"id\":\"v\",\"choices\":[]," + USAGE + "}";
        if (asked.equals("a long story")) {
            String[] pieces = Stream.generate(() -> chunk("\"content\":\"word \"")).limit(400).toArray(String[]::new);
            return VendorReply.events(Ending.COMPLETE, pieces);
        }
        if (asked.contains("Rome")) {
            return VendorReply.events(Ending.COMPLETE, call(0, BERN), call(1, ROME),
                    stop.replace("\"stop\"", "\"tool_calls\""), usage, "[DONE]");
        }
        String thought = body.has("reasoning_effort") ? "They greet." : "";
        return VendorReply.events(Ending.COMPLETE, chunk("\"reasoning_content\":\"" + thought + "\""),
                chunk("\"content\":\"Hello \""), chunk("\"content\":\"there.\""), stop, usage, "[DONE]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai", "openai-next"})
    void theOfficialClientDoesWhatItDoesWithItsOwnVendor(String generation) throws Exception {
        try (GatewayProcess gateway = GatewayProcess.start(home)) {
            ClientsIT.Said said = ClientsIT.clients("responses.mjs", gateway.clients().toString(), generation);
            assertThat(said.exitCode()).as(said.output()).isZero();
            assertThat(said.output()).contains("15 passed, 0 failed");
        }
    }

    private static JsonNode ask(GatewayProcess gateway, String input, String members) throws Exception {
        HttpResponse<String> reply = gateway.post(RESPONSES,
                "{\"model\":\"vendor/gpt-test\",\"input\":\"" + input + "\"" + members + "}");
        assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
        return JSON.readTree(reply.body());
    }

    @Test
    void anAnswerIsFollowedAfterAKillAndNothingOfItCanBeReadOnTheDisk() throws Exception {
        JsonNode kept;
        JsonNode unstored;
        try (GatewayProcess gateway = GatewayProcess.start(home)) {
            kept = ask(gateway, "I have a dog.", "");
            unstored = ask(gateway, "I have a dog.", ",\"store\":false");
            // whoever looks for an answer writes what waits
            assertThat(gateway.get(RESPONSES + "/" + unstored.path("id").asText()).statusCode()).isEqualTo(404);
            gateway.kill();
        }
        try (Stream<Path> files = Files.walk(home.resolve("data"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)).as(file.toString())
                        .doesNotContain("A dog.").doesNotContain("I have a dog.");
            }
        }
        try (GatewayProcess gateway = GatewayProcess.start(home)) {
            ask(gateway, "Its name?", ",\"previous_response_id\":" + kept.path("id"));
            assertThat(JSON.readTree(vendor.last(CHAT).text()).path("messages")).hasSize(3);
            assertThat(gateway.post(RESPONSES, "{\"model\":\"auto\",\"input\":\"x\",\"previous_response_id\":"
                    + unstored.path("id") + "}").body()).contains("previous_response_not_found");
        }
    }
}
