package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.formulary.testkit.VendorServer;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two vendors, one of which dies while it is asked and comes back later.
class FailoverIT {
    private static final String AUTO = """
        {"model":"auto","messages":[{"role":"user","content":"hello"}]}
        """;
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    Path home;
    private VendorServer first;
    private VendorServer second;
    private GatewayProcess gateway;

    @BeforeEach
    void start() throws Exception {
        first = VendorServer.openai();
        second = VendorServer.openai();
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(home.resolve("conf/formulary.yaml"), """
            discover: false
            providers:
              - id: first
                kind: openai
                base-url: %s
                models: [{ id: gpt-test, quality: 9 }]
              - id: second
                kind: openai
                base-url: %s
                models: [{ id: gpt-test, quality: 3 }]
            breaker: { failure-rate: 0.5, window: 6, minimum-calls: 3, open-for: 2s, half-open-calls: 2 }
            """.formatted(first.baseUrl(), second.baseUrl()));
        gateway = GatewayProcess.start(home);
    }

    @AfterEach
    void stop() {
        gateway.close();
        first.close();
        second.close();
    }

    @Test
    void aVendorThatDiesIsPassedOverAndTakenBackWhenItLives() throws Exception {
        assertThat(ask()).isEqualTo("first/gpt-test");

        int port = first.port();
        first.close();
        for (int i = 0; i < 20; i++) {
            assertThat(ask()).isEqualTo("second/gpt-test");
        }
        await().atMost(SOON).untilAsserted(() -> assertThat(breaker()).isEqualTo("open"));
        assertThat(gateway.manage("/metrics").body()).containsPattern("formulary_breaker_state.*first/gpt-test.* 2");
        await().atMost(SOON).untilAsserted(() -> {
            String decision = gateway.post("/v1/decide", AUTO).body();
            assertThat(decision).contains("\"verb\":\"spare\",\"subject\":\"first/gpt-test\"");
        });

        first = VendorServer.openai(port);
        await().atMost(SOON).untilAsserted(() -> assertThat(breaker()).isEqualTo("closed"));
        await().atMost(SOON).untilAsserted(() -> assertThat(ask()).isEqualTo("first/gpt-test"));
    }

    /// Every call must be answered; gives who did.
    private String ask() throws Exception {
        HttpResponse<String> answer = gateway.post("/v1/chat/completions", AUTO);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("Hello from the vendor.");
        return answer.headers().firstValue("X-Formulary-Model").orElseThrow();
    }

    private String breaker() throws Exception {
        for (var line : GatewayProcess.json(gateway.manage("/admin/breakers"))) {
            if (line.path("model").asText().equals("first/gpt-test")) {
                return line.path("state").asText();
            }
        }
        return "never used";
    }
}
