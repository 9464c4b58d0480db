package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What goes wrong on the caller's or the operator's side is told where they look, and harms nobody else.
class BadInputIT {
    private static final String HELLO = "\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]";
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    static Path home;
    private static GatewayProcess gateway;

    @BeforeAll
    static void start() throws Exception {
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(home.resolve("conf/formulary.yaml"), "discover: false\nserver: { read-timeout: 1s }\n");
        gateway = GatewayProcess.start(home);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @AfterEach
    void othersAreStillServed() throws Exception {
        assertThat(gateway.post("/v1/chat/completions", "{\"model\":\"auto\"," + HELLO + "}").statusCode())
                .isEqualTo(200);
    }

    @Test
    void invalidJsonIsToldWithItsPlaceInEachDialect() throws Exception {
        HttpResponse<String> openai = gateway.post("/v1/chat/completions", "{\"model\": \"auto\",\n \"messages\": [}");
        HttpResponse<String> ollama = gateway.post("/api/chat", "{\"model\": \"auto\",\n \"messages\": [}");

        assertThat(openai.statusCode()).isEqualTo(400);
        assertThat(GatewayProcess.json(openai).at("/error/message").asText()).contains("line 2, column");
        assertThat(GatewayProcess.json(openai).at("/error/code").asText()).isEqualTo("invalid_json");
        assertThat(ollama.statusCode()).isEqualTo(400);
        assertThat(GatewayProcess.json(ollama).path("error").asText()).contains("line 2, column");
    }

    @Test
    void anUnknownModelIsNotFound() throws Exception {
        HttpResponse<String> answer = gateway.post("/v1/chat/completions",
                "{\"model\":\"simulator/echo-smal\"," + HELLO + "}");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).contains("model_not_found", "simulator/echo-small");
    }

    @Test
    void anUnknownContextValueListsTheRightOnes() throws Exception {
        HttpResponse<String> answer = gateway.post("/v1/chat/completions", "{\"model\":\"auto\"," + HELLO + "}",
                "Content-Type", "application/json", "X-Formulary-Context", "risk=enormous");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("invalid_context", "risk", "low, moderate, high, critical");
    }

    @Test
    void aBodyThatIsTooLargeIsRefusedBeforeItIsRead() throws Exception {
        try (Socket socket = connect()) {
            send(socket, "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 52428800\r\n\r\n{");

            assertThat(answer(socket)).startsWith("HTTP/1.1 413").contains("\"error\"");
        }
    }

    @Test
    void halfABodyAndThenSilenceIsTimedOut() throws Exception {
        try (Socket socket = connect()) {
            send(socket, "POST /api/chat HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{\"model\":");

            assertThat(answer(socket)).startsWith("HTTP/1.1 408").contains("\"error\":\"");
        }
    }

    @Test
    void formDataIsNotJson() throws Exception {
        HttpResponse<String> answer = gateway.post("/v1/chat/completions", "model=auto&message=hello", "Content-Type",
                "application/x-www-form-urlencoded");

        assertThat(answer.statusCode()).isBetween(400, 415);
        assertThat(GatewayProcess.json(answer).at("/error/message").asText()).isNotBlank();
    }

    @Test
    void anEmptyFileGoesToFailedWithTheReasonBesideIt() throws Exception {
        Files.createFile(home.resolve("data/inbox/empty.json"));

        Path reason = home.resolve("data/failed/empty.json.error.json");
        // the reason is written first, so that no file ever lies there without one
        await().atMost(SOON).until(() -> Files.exists(home.resolve("data/failed/empty.json")));
        assertThat(reason).content().contains("\"error\"", "empty.json");
    }

    @Test
    void aBrokenRouteLeavesTheOthers() throws Exception {
        Path route = home.resolve("routes/broken.yaml");
        try {
            Files.writeString(route, "- route:\n    from:\n      uri: nonsense:/x\n      steps: []\n");

            await().atMost(SOON).untilAsserted(() -> assertThat(gateway.manage("/admin/routes").body())
                    .contains("\"file\":\"broken.yaml\"", "nonsense"));
        } finally {
            Files.delete(route);
        }
    }

    @Test
    void aJarThatIsNoneIsRefusedWithTheReason() throws Exception {
        Path jar = home.resolve("plugins/rubbish.jar");
        try {
            Files.writeString(jar, "this is no jar");

            await().atMost(SOON).untilAsserted(() -> assertThat(gateway.manage("/admin/plugins").body())
                    .contains("rubbish.jar", "refused"));
        } finally {
            Files.delete(jar);
        }
    }

    private static Socket connect() throws IOException {
        var socket = new Socket(gateway.clients().getHost(), gateway.clients().getPort());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String answer(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
}
