package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.testkit.VendorReply;
import dev.formulary.testkit.VendorServer;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Providers are changed while the gateway runs: well, wrongly, and so that they fail.
class ConfigurationIT {
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    Path home;
    private final VendorServer good = VendorServer.openai();
    private final VendorServer shut = VendorServer.openai().always("/v1/chat/completions",
            VendorReply.json(401, "{\"error\":{\"message\":\"wrong key\",\"type\":\"invalid_request_error\"}}"));
    private GatewayProcess gateway;

    @BeforeEach
    void start() throws Exception {
        Files.createDirectories(home.resolve("conf"));
        write(provider("first", good));
        gateway = GatewayProcess.start(home);
    }

    @AfterEach
    void stop() {
        gateway.close();
        good.close();
        shut.close();
    }

    private static String provider(String id, VendorServer vendor) {
        return "discover: false\nproviders:\n" + entry(id, vendor);
    }

    private static String entry(String id, VendorServer vendor) {
        return "  - { id: " + id + ", kind: openai, api-key: not-a-real-key, base-url: \"" + vendor.baseUrl()
                + "\" }\n";
    }

    private void write(String text) throws Exception {
        Files.writeString(home.resolve("conf/formulary.yaml"), text);
    }

    private HttpResponse<String> ask(String provider) throws Exception {
        return gateway.post("/v1/chat/completions", "{\"model\":\"" + provider
                + "/gpt-test\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}");
    }

    private JsonNode state() throws Exception {
        return GatewayProcess.json(gateway.manage("/admin/configuration"));
    }

    private void awaitState(String member, String value) {
        await().atMost(SOON).untilAsserted(() -> assertThat(state().path(member).toString()).contains(value));
    }

    @Test
    void aProviderComesAndABrokenFileChangesNothingAndTheOneBeforeIsPutBack() throws Exception {
        String both = provider("first", good) + entry("second", good);
        write(both);
        awaitState("providers", "second");
        assertThat(ask("second").statusCode()).isEqualTo(200);

        write(both + "  - { id: third, kind: openai, no-such-setting: 1, base-url: \"http://127.0.0.1:1\" }\n");
        awaitState("state", "refused");
        assertThat(state().path("problems").toString()).contains("conf/formulary.yaml:5:", "no-such-setting");
        assertThat(ask("first").statusCode()).isEqualTo(200);
        assertThat(ask("second").statusCode()).isEqualTo(200);
        await().atMost(SOON).untilAsserted(
                () -> assertThat(gateway.manage("/admin/alerts").body()).contains("configuration-refused"));

        GatewayProcess.Finished back = GatewayProcess.run(home, Map.of(), "config", "rollback", "1");
        assertThat(back.exitCode()).as(back.output()).isZero();
        assertThat(home.resolve("conf/formulary.yaml")).hasContent(provider("first", good));
        assertThat(state().path("state").asText()).isEqualTo("serving");
        assertThat(ask("first").statusCode()).isEqualTo(200);
        assertThat(ask("second").statusCode()).isNotEqualTo(200);
        assertThat(GatewayProcess.run(home, Map.of(), "config", "history").output())
                .contains("rolled back", "kept", "changed", "started", "+second", "-second");
    }

    @Test
    void aProviderWhoseKeyIsRefusedAfterAChangeGetsItsFormerSettingsBack() throws Exception {
        assertThat(ask("first").statusCode()).isEqualTo(200);
        write(provider("first", shut));
        awaitState("on_probation", "first");
        for (int i = 0; i < 5; i++) {
            assertThat(ask("first").statusCode()).isNotEqualTo(200);
        }
        awaitState("state", "returned");
        assertThat(ask("first").statusCode()).isEqualTo(200);
        assertThat(state().path("problems").toString()).contains("'first'", "auth");
        assertThat(home.resolve("conf/formulary.yaml")).hasContent(provider("first", shut));
        await().atMost(SOON).untilAsserted(
                () -> assertThat(gateway.manage("/admin/alerts").body()).contains("configuration-returned"));
    }
}
