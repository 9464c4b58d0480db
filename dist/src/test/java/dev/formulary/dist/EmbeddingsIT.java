package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.testkit.VendorServer;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two vendors of one embedding model and one of another: whoever keeps an index gets vectors that can be compared, or none.
class EmbeddingsIT {
    private static final String AUTO = "{\"model\":\"auto\",\"input\":[\"a\",\"bcd\"]}";
    private static final String NAMED = AUTO.replace("auto", "first/text-embed-test");
    private static final String BARE = AUTO.replace("auto", "text-embed-test");

    @TempDir
    Path home;
    private VendorServer first;
    private VendorServer second;
    private VendorServer other;
    private GatewayProcess gateway;
    private int asked;

    @BeforeEach
    void start() throws Exception {
        first = VendorServer.openai();
        second = VendorServer.openai();
        other = VendorServer.openai();
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(home.resolve("conf/formulary.yaml"),
                """
                    discover: false
                    providers:
                      - { id: first, kind: openai, base-url: %s, discover: false, models: [{ id: text-embed-test, capabilities: [embed], input-price: 0.02, output-price: 0, quality: 9 }] }
                      - { id: second, kind: openai, base-url: %s, discover: false, models: [{ id: text-embed-test, capabilities: [embed], input-price: 0.02, output-price: 0, quality: 3 }] }
                      - { id: other, kind: openai, base-url: %s, discover: false, models: [{ id: other-embed, capabilities: [embed], input-price: 0.02, output-price: 0, quality: 8 }] }
                    budgets: [{ id: all, scope: total, limit: 5, period: day }]
                    """.formatted(
                        first.baseUrl(), second.baseUrl(), other.baseUrl()));
        gateway = GatewayProcess.start(home);
    }

    @AfterEach
    void stop() {
        gateway.close();
        first.close();
        second.close();
        other.close();
    }

    @Test
    void vectorsStayThoseOfOneModelWhileVendorsDie() throws Exception {
        assertThat(model(AUTO)).isEqualTo("first/text-embed-test");
        JsonNode whole = GatewayProcess.json(ask(AUTO));
        assertThat(whole.at("/data/1/embedding/0").asDouble()).isEqualTo(3);
        assertThat(whole.path("model").asText()).isEqualTo("first/text-embed-test");

        first.close();
        for (int i = 0; i < 30; i++) {
            assertThat(model(AUTO)).isEqualTo("second/text-embed-test");
            assertThat(model(BARE)).isEqualTo("second/text-embed-test");
        }
        assertThat(ask(NAMED).statusCode()).as("nobody else's").isEqualTo(503);
        assertThat(ask(NAMED, "X-Formulary-Substitute", "allow").headers()
                .firstValue("X-Formulary-Model").orElse("")).isIn("second/text-embed-test", "other/other-embed");

        second.close();
        for (int i = 0; i < 30; i++) {
            HttpResponse<String> none = ask(AUTO);
            assertThat(none.statusCode()).as(none.body()).isEqualTo(503);
        }
        assertThat(other.requests("/v1/embeddings")).hasSizeLessThanOrEqualTo(1);
        assertThat(model(AUTO.replace("auto", "other/other-embed"))).isEqualTo("other/other-embed");
    }

    /// No two texts are equal, so that no answer comes from the cache.
    private HttpResponse<String> ask(String body, String... headers) throws Exception {
        return gateway.post("/v1/embeddings", body.replace("\"a\"", "\"a" + asked++ + "\""), headers);
    }

    private String model(String body) throws Exception {
        HttpResponse<String> answer = ask(body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.headers().firstValue("X-Formulary-Model").orElse("");
    }
}
