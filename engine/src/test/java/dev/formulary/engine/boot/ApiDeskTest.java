package dev.formulary.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.formulary.engine.admin.Endpoint;
import dev.formulary.engine.config.Configuration;
import dev.formulary.engine.config.Home;
import dev.formulary.engine.dialect.Dialects;
import dev.formulary.engine.keys.Role;
import dev.formulary.engine.route.ServedPath;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The OpenAPI document. That real answers keep to it is tried where there is a whole gateway.
class ApiDeskTest {
    private static final Map<String, String> ANY_PORT = Map.of("FORMULARY_PORT", "0", "FORMULARY_MANAGEMENT_PORT", "0");

    @TempDir
    Path folder;

    private static JsonNode document(List<Endpoint> management, ServedPath... clients) {
        var desk = new ApiDesk(() -> List.of(clients), () -> "https://gateway.example:8080");
        desk.follow(() -> management);
        return desk.document();
    }

    @Test
    void aPathThatNobodyHasDescribedIsToldOfAllTheSame() {
        JsonNode document = document(List.of(new Endpoint("POST", "/admin/new", Role.OPERATE)),
                new ServedPath("/mine", true, Set.of(), List.of()));

        JsonNode change = document.at("/paths/~1admin~1new/post");
        assertThat(change.at("/tags/0").asText()).isEqualTo("other");
        assertThat(change.at("/security/0/adminKey/0").asText()).isEqualTo("operate");
        assertThat(change.at("/servers/0/url").asText()).isEqualTo("/");
        assertThat(change.path("responses").has("409")).isTrue();
        JsonNode own = document.at("/paths/~1mine");
        assertThat(own.at("/get/summary").asText()).isEqualTo("A route of your own");
        assertThat(own.at("/post/description").asText()).isEqualTo("and everything below this path");
        assertThat(own.at("/post/servers/0/url").asText()).isEqualTo("https://gateway.example:8080");
    }

    @Test
    void aRouteOfOnesOwnIsDescribedByTheEntranceThatItAsks() {
        JsonNode document = document(List.of(), new ServedPath("/crisis/chat", false, Set.of("POST"),
                List.of("openai-chat")), new ServedPath("/mine/{id}", false, Set.of("HEAD"), List.of("ollama-tags")));

        JsonNode chat = document.at("/paths/~1crisis~1chat/post");
        assertThat(chat.path("summary").asText()).isEqualTo("Chat completions");
        assertThat(chat.at("/responses/200/headers").has("X-Formulary-Decision")).isTrue();
        assertThat(chat.at("/responses/200/content").has("text/event-stream")).isTrue();
        assertThat(chat.at("/responses/429/content/application~1json/schema/$ref").asText())
                .isEqualTo("#/components/schemas/OpenAiError");
        assertThat(chat.path("parameters").findValuesAsText("name")).contains("X-Formulary-Context");
        JsonNode head = document.at("/paths/~1mine~1{id}/head");
        assertThat(head.at("/responses/200").has("content")).isFalse();
        assertThat(head.at("/parameters/0/in").asText()).isEqualTo("path");
    }

    @Test
    void aPathOfBothPortsIsToldOfOnce() {
        JsonNode document = document(List.of(new Endpoint("GET", "/", Role.READ)),
                new ServedPath("/", false, Set.of("GET"), List.of("ollama-root")));

        JsonNode both = document.at("/paths/~1/get");
        assertThat(both.at("/servers").findValuesAsText("url")).containsExactly("/", "https://gateway.example:8080");
        assertThat(both.at("/responses/200/content").has("text/html")).isTrue();
        assertThat(both.at("/responses/200/content").has("text/plain")).isTrue();
        assertThat(both.at("/responses/default/content/application~1json/schema/anyOf")).hasSize(2);
        assertThat(both.path("operationId").asText()).isEqualTo("getRoot");
    }

    @Test
    void everyFormatIsDescribed() {
        assertThat(new ClientGuide().described()).containsAll(Dialects.all().keySet());
    }

    /// A path that is added must be described, and what is not served must not be.
    @Test
    void whatAGatewayServesIsWhatIsDescribed() throws Exception {
        var home = new Home(folder);
        prepare(home);
        try (Runner.Running running = RunningGateway.start(Configuration.load(folder, ANY_PORT), home, ANY_PORT);
                HttpClient http = HttpClient.newHttpClient()) {
            JsonNode document = new JsonMapper().readTree(http.send(HttpRequest.newBuilder(URI.create(
                    "http://127.0.0.1:" + running.managementPort() + ApiDesk.PATH)).build(), BodyHandlers.ofString())
                    .body());
            var served = new TreeSet<String>();
            var routed = new TreeSet<String>();
            document.path("paths").properties().forEach(path -> path.getValue().properties().forEach(method -> {
                String name = method.getKey().toUpperCase(java.util.Locale.ROOT) + " " + path.getKey();
                List<String> servers = method.getValue().path("servers").findValuesAsText("url");
                if (servers.contains("/")) {
                    served.add(name);
                }
                if (servers.contains("http://127.0.0.1:" + running.port())) {
                    routed.add(method.getValue().path("summary").asText());
                }
            }));
            assertThat(served).as("describe what is new in ManagementGuide")
                    .containsExactlyElementsOf(new ManagementGuide().described());
            assertThat(routed).as("describe what is new in ClientGuide").doesNotContain("A route of your own");
        }
    }

    private static void prepare(Home home) throws IOException {
        Files.createDirectories(home.routes());
        try (Stream<Path> files = Files.list(Path.of("../routes"))) {
            for (Path file : files.filter(each -> each.toString().endsWith(".yaml")).toList()) {
                Files.copy(file, home.routes().resolve(file.getFileName()));
            }
        }
        Files.createDirectories(home.rules());
        Path configuration = home.folder().resolve("conf/formulary.yaml");
        Files.createDirectories(configuration.getParent());
        Files.writeString(configuration, "{ discover: false, screening: { enabled: false } }\n");
        Files.createDirectories(home.data());
        Files.createDirectories(home.plugins());
    }
}
