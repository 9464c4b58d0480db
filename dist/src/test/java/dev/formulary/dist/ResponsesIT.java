package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.formulary.testkit.VendorServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Answers that are kept outlive a killed gateway, with a vendor that knows only chats.
class ResponsesIT {
    private static final String CHAT = "/v1/chat/completions";
    private static final String RESPONSES = "/v1/responses";
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    Path home;
    private VendorServer vendor;

    @BeforeEach
    void start() throws IOException {
        vendor = VendorServer.openai().always(CHAT, new ChatScript());
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
