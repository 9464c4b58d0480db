package dev.formulary.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.formulary.engine.config.Configuration;
import dev.formulary.engine.config.Home;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A caller asks a gateway that runs, over its port, why it was decided so.
class DecisionsTest {
    private static final String BODY = "{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    private static final Map<String, String> ANY_PORT = Map.of("FORMULARY_PORT", "0", "FORMULARY_MANAGEMENT_PORT", "0");

    @TempDir
    Path folder;
    private final HttpClient http = HttpClient.newHttpClient();
    private URI clients = URI.create("http://127.0.0.1:0");

    @AfterEach
    void close() {
        http.close();
    }

    private HttpResponse<String> get(String key, String path) throws IOException, InterruptedException {
        return send(key, path, null);
    }

    private HttpResponse<String> send(String key, String path, @Nullable BodyPublisher body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(clients.resolve(path)).timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + key);
        return http.send(body == null ? request.build() : request.POST(body).build(), BodyHandlers.ofString());
    }

    @Test
    void aTenantGetsTheExplanationOfItsOwnDecisionsOnly() throws Exception {
        Home home = new Home(folder);
        prepare(home);
        try (Runner.Running running = RunningGateway.start(Configuration.load(folder, ANY_PORT), home,
                ANY_PORT)) {
            clients = URI.create("http://127.0.0.1:" + running.port());
            JsonNode decision = new JsonMapper()
                    .readTree(send("alice-key", "/v1/decide", BodyPublishers.ofString(BODY)).body());
            String path = "/v1/decisions/" + decision.path("id").asText();

            assertThat(get("alice-key", path).statusCode()).isEqualTo(200);
            HttpResponse<String> explained = get("alice-key", path + "?explain=true&why_not=a%2Fb");
            assertThat(explained.statusCode()).as(explained.body()).isEqualTo(200);
            JsonNode explanation = new JsonMapper().readTree(explained.body());
            assertThat(explanation.path("id").asText()).isEqualTo(decision.path("id").asText());
            assertThat(explanation.at("/fired/0/rule").asText()).isEqualTo("no-answers");
            assertThat(explanation.at("/fired/0/matched/0/value").asText()).isEqualTo("http");
            assertThat(explanation.path("notes").toString()).contains("there was no model 'a/b'");

            assertThat(get("bob-key", path + "?explain=true").statusCode()).isEqualTo(404);
            assertThat(get("no-key", path + "?explain=true").statusCode()).isEqualTo(401);
            HttpResponse<String> odd = get("alice-key", path + "?explain=yes");
            assertThat(odd.statusCode()).isEqualTo(400);
            assertThat(odd.body()).contains("'explain' must be true or false");
        }
    }

    private static void prepare(Home home) throws IOException {
        write(home.rules().resolve("cost/a.drl"), """
            rule "no answers"
                @id("no-answers") @reason("this gateway has none")
            when
                Call( via == "http" )
            then
                decision.deny("there are no models here");
            end
            """);
        write(home.routes().resolve("decide.yaml"), Files.readString(Path.of("../routes/decide.yaml")));
        write(home.folder().resolve("conf/formulary.yaml"), """
            screening: { enabled: false }
            keys:
              - { name: alice, key: alice-key, tenant: alice }
              - { name: bob, key: bob-key, tenant: bob }
            """);
        Files.createDirectories(home.data());
        Files.createDirectories(home.plugins());
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
