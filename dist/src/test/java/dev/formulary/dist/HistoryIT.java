package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.formulary.testkit.VendorReply;
import dev.formulary.testkit.VendorServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Conversations of a device and of files, each of which sends only its latest turn, at a real gateway with a real broker; the
/// vendor shows what it was asked.
class HistoryIT {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String ANSWER = """
        {"id":"1","object":"chat.completion","created":1,"model":"gpt-test","choices":[{"index":0,"message":\
        {"role":"assistant","content":"At the lighthouse."},"finish_reason":"stop"}],\
        "usage":{"prompt_tokens":5,"completion_tokens":5,"total_tokens":10}}
        """;

    @TempDir
    Path home;
    private Broker broker;
    private VendorServer vendor;

    @BeforeEach
    void start() throws Exception {
        broker = Broker.start(home);
        vendor = VendorServer.openai();
        vendor.always("/v1/chat/completions", VendorReply.json(200, ANSWER));
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(home.resolve("conf/formulary.yaml"), """
            node: house
            discover: false
            mqtt: { url: "mqtt://127.0.0.1:%d" }
            policy: { paid: true }
            providers:
              - { id: vendor, kind: openai, base-url: "%s", api-key: x, models: [{ id: gpt-test }] }
            sessions: { history: { keep: mqtt-and-file } }
            """.formatted(broker.port(), vendor.baseUrl()));
    }

    @AfterEach
    void stop() {
        vendor.close();
        broker.close();
    }

    private GatewayProcess gateway() throws IOException {
        GatewayProcess gateway = GatewayProcess.start(home);
        await().atMost(Duration.ofMinutes(1)).until(() -> gateway.output().contains("broker connected"));
        return gateway;
    }

    private static String body(String words) {
        return "{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":\"" + words + "\"}]}";
    }

    private void say(String session, String words) throws Exception {
        Process process = new ProcessBuilder("mosquitto_rr", "-V", "5", "-h", "127.0.0.1", "-p",
                Integer.toString(broker.port()), "-q", "1", "-W", "30", "-t", "formulary/v1/house/chat", "-e",
                "answers/" + System.nanoTime(), "-m", body(words), "-D", "PUBLISH", "user-property", "session", session)
                .redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).contains("At the lighthouse.");
    }

    /// What the vendor was asked last, line by line.
    private List<String> heard() throws IOException {
        JsonNode messages = JSON.readTree(vendor.requests("/v1/chat/completions").getLast().text()).path("messages");
        return Stream.iterate(0, i -> i < messages.size(), i -> i + 1).map(messages::get)
                .map(each -> each.path("role").asText() + ": " + each.path("content").asText()).toList();
    }

    @Test
    void aDeviceIsUnderstoodAlsoAfterAKillAndNothingOfItCanBeReadOnTheDisk() throws Exception {
        try (GatewayProcess gateway = gateway()) {
            say("hall", "Where is the albatross?");
            say("hall", "And its nest?");
            assertThat(heard()).containsExactly("user: Where is the albatross?", "assistant: At the lighthouse.",
                    "user: And its nest?");
            say("porch", "Who am I?");
            assertThat(heard()).containsExactly("user: Who am I?");
            gateway.kill();
        }
        assertUnreadable("albatross", "nest", "lighthouse", "hall", "porch");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve("data/history.key"))))
                .isEqualTo("rw-------");
        try (GatewayProcess gateway = gateway()) {
            say("hall", "Still there?");
            assertThat(heard()).hasSize(5).startsWith("user: Where is the albatross?");

            assertThat(gateway.manage("/admin/sessions/hall/history").body()).contains("\"turns\":3")
                    .doesNotContain("albatross");
            assertThat(gateway.change("/admin/history/purge",
                    "{\"tenant\":\"default\",\"session\":\"hall\",\"dry_run\":true}").body())
                    .isEqualTo("{\"would_forget\":3}");
            assertThat(gateway.change("/admin/history/purge", "{\"tenant\":\"default\",\"session\":\"hall\"}").body())
                    .isEqualTo("{\"forgot\":3}");
            say("hall", "What did I ask?");
            assertThat(heard()).containsExactly("user: What did I ask?");

            // the question before the kill may have come again, if that came before its acknowledgement
            assertThat(gateway.manage("/admin/sessions/porch/history").body()).containsPattern("\"turns\":[12],");
            assertThat(gateway.change("/admin/history/purge", "{\"tenant\":\"default\"}").statusCode()).isEqualTo(200);
            assertThat(gateway.manage("/admin/sessions/porch/history").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void filesOfOneSessionGoOnWithEachOther() throws Exception {
        try (GatewayProcess gateway = gateway()) {
            drop("one.json", "Where is the heron?");
            drop("two.json", "And its nest?");
            assertThat(heard()).containsExactly("user: Where is the heron?", "assistant: At the lighthouse.",
                    "user: And its nest?");
            assertThat(gateway.manage("/admin/decisions?limit=1").body()).contains("\"kept_turns\":1")
                    .doesNotContain("heron");
        }
        assertUnreadable("heron", "nest", "lighthouse", "diary");
    }

    private void drop(String name, String words) throws IOException {
        Path aside = Files.writeString(home.resolve(name), "{\"custom_id\":\"q\",\"method\":\"POST\",\"url\":"
                + "\"/v1/chat/completions\",\"x-formulary-session\":\"diary\",\"body\":" + body(words) + "}");
        Files.move(aside, home.resolve("data/inbox").resolve(name), StandardCopyOption.ATOMIC_MOVE);
        Path answer = home.resolve("data/outbox").resolve(name);
        await().atMost(Duration.ofMinutes(1)).until(() -> Files.exists(answer));
        assertThat(answer).content().contains("At the lighthouse.");
    }

    private void assertUnreadable(String... words) throws IOException {
        for (String part : List.of("", "-wal", "-shm")) {
            Path file = home.resolve("data/history.db" + part);
            if (Files.exists(file)) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).as(file.toString())
                        .doesNotContain(words);
            }
        }
        assertThat(home.resolve("data/history.db")).exists();
    }
}
