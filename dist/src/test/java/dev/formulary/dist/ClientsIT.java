package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.formulary.dist.NpmClients.Said;
import dev.formulary.testkit.VendorServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What programs do with the packages of npm that speak to models, in their newest and their previous generation, against a
/// gateway as it comes, and against one whose keys keep each of them to models that go by a script.
class ClientsIT {
    private static final String KEY = "not-a-real-key";
    /// Keys, and the models that each may use.
    private static final Map<String, List<String>> MODELS = Map.of("scripted", List.of("vendor/*"), "patient",
            List.of("play/*", "slow/*", "letters/*", "cloud/*"));

    private static final Pattern ID = Pattern.compile("[0-9A-HJKMNP-TV-Z]{26}");

    @TempDir
    static Path home;
    private static VendorServer vendor;
    private static VendorServer cloud;
    private static VendorServer letters;
    private static GatewayProcess fresh;
    private static GatewayProcess gateway;
    private static final Map<String, String> KEYS = new HashMap<>();

    @BeforeAll
    static void start(@TempDir Path empty) throws Exception {
        fresh = GatewayProcess.start(empty);
        vendor = VendorServer.openai().always("/v1/chat/completions", new ChatScript());
        cloud = MessagesVendors.calling();
        letters = MessagesVendors.letters();
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(home.resolve("conf/formulary.yaml"),
                """
                    discover: false
                    breaker: { window: 100, minimum-calls: 100 }
                    keys: [{ name: hasty, key: sk-hasty }, { name: all, key: sk-all }]
                    limits: [{ id: hasty, scope: "key:hasty", requests: 1, per: second }]
                    providers:
                      - id: vendor
                        kind: openai
                        base-url: "%s"
                        api-key: %s
                        models: [{ id: gpt-test, capabilities: [chat, vision, tools, json, thinking], input-price: 0, output-price: 0 }]
                      - { id: cloud, kind: openai, base-url: "%s", api-key: %s }
                      - { id: letters, kind: anthropic, base-url: "%s", api-key: %s, cache: off }
                      - { id: play, kind: simulator, first-token-ms: 0, tokens-per-second: 0 }
                      - { id: slow, kind: simulator, first-token-ms: 0, tokens-per-second: 20 }
                    """.formatted(
                        vendor.baseUrl(), KEY, cloud.baseUrl(), KEY, letters.baseUrl(), KEY));
        gateway = GatewayProcess.start(home);
        for (var key : MODELS.entrySet()) {
            String models = String.join("\",\"", key.getValue());
            KEYS.put(key.getKey(), GatewayProcess.json(gateway.change("/admin/keys/create",
                    "{\"name\":\"" + key.getKey() + "\",\"models\":[\"" + models + "\"]}")).path("key").asText());
        }
        for (String model : List.of("cloud/gpt-test", "letters/claude-sonnet-4-5", "vendor/gpt-test")) {
            await().atMost(Duration.ofMinutes(1)).until(() -> isThere(model));
        }
    }

    private static boolean isThere(String model) throws IOException, InterruptedException {
        String body = "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
        return !gateway.post("/v1/decide", body, "X-Api-Key", "sk-all").body().contains("model_not_found");
    }

    @AfterAll
    static void stop() {
        fresh.close();
        gateway.close();
        vendor.close();
        cloud.close();
        letters.close();
    }

    @ParameterizedTest
    @CsvSource({"newest, openai.mjs, none, 11", "previous, openai.mjs, none, 11",
            "newest, ollama.mjs, none, 18", "previous, ollama.mjs, none, 18",
            "newest, responses.mjs, scripted, 15", "previous, responses.mjs, scripted, 15",
            "newest, messages.mjs, patient, 16", "previous, messages.mjs, patient, 16",
            "newest, ai-sdk.mjs, scripted, 53", "previous, ai-sdk.mjs, scripted, 53",
            "newest, langchain.mjs, scripted, 38", "previous, langchain.mjs, scripted, 38"})
    void aClientDoesWhatItDoesWithItsOwnVendor(String generation, String script, String key, int cases)
            throws Exception {
        GatewayProcess asked = key.equals("none") ? fresh : gateway;
        Said said = NpmClients.of(generation).run(script, asked.clients().toString(), KEYS.getOrDefault(key, key));

        assertThat(said.exitCode()).as(said.output()).isZero();
        assertThat(said.output()).contains(cases + " passed, 0 failed");
        assertThat(gateway.output()).as("the log").doesNotContain("fml_", "sk-hasty", "sk-none");
        if (script.equals("messages.mjs")) {
            assertThat(letters.last("/v1/messages").text()).as("as it was written").contains("{\"user_id\":\"u\"}",
                    "{\"type\":\"text\",\"text\":\"Hi\",\"cache_control\":{\"type\":\"ephemeral\"}}");
        }
    }

    @ParameterizedTest
    @CsvSource({"newest, ai-sdk", "previous, ai-sdk", "newest, langchain", "previous, langchain"})
    void whatItsPageSaysRunsAsItStands(String generation, String page) throws Exception {
        Said said = NpmClients.of(generation).runText(page + "-example.mjs", Pages.example(page, page + "-example.mjs")
                .replace("http://localhost:8080", gateway.clients().toString()),
                Map.of("FORMULARY_API_KEY", KEYS.getOrDefault("scripted", "")));

        assertThat(said.exitCode()).as(said.output()).isZero();
        assertThat(said.output()).contains("\nHello there.\n", "Bern").containsPattern("\n\\d+\n$");
        Matcher decided = ID.matcher(said.output());
        assertThat(decided.find()).as(said.output()).isTrue();
        String decision = "/v1/decisions/" + decided.group();
        String[] key = {"Authorization", "Bearer " + KEYS.get("scripted")};
        assertThat(gateway.get(decision, key).body()).contains("support-17", "general_chat", "vendor/gpt-test");
        assertThat(gateway.get(decision + "?explain=true", key).body()).contains("\"fired\":[");
    }
}
