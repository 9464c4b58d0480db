package dev.formulary.ollama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.testkit.VendorReply;
import dev.formulary.testkit.VendorServer;
import dev.formulary.wire.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The vendor's own client, as it comes from npm, understands of the recorded answers what the plug-in understands. Runs
/// where Node is.
class ClientAgreementTest {
    private static final Path SOURCES = Path.of("src/test/clients");
    private static final Path INSTALLED = Path.of("target/clients");
    private static final Map<ReplyEvent.Finish.Reason, String> WORDS = Map.of(ReplyEvent.Finish.Reason.STOP, "stop",
            ReplyEvent.Finish.Reason.LENGTH, "length");

    @Test
    void theVendorsOwnClientUnderstandsTheSame() throws Exception {
        assumeTrue(runs("node", "--version") && runs("npm", "--version"), "no Node here");
        install();
        List<Recording> recordings = Recording.all();
        try (VendorServer vendor = VendorServer.bare()) {
            var command = new ArrayList<>(List.of("node", "agree.mjs", vendor.baseUrl()));
            for (Recording recording : recordings) {
                String type = recording.isStream() ? "application/x-ndjson" : "application/json";
                vendor.always("/" + recording.name() + "/api/chat", VendorReply.pieces(type,
                        new String(recording.body(), StandardCharsets.UTF_8), 97, 0));
                command.add(recording.name());
            }
            // the client complains aloud of gaps between lines
            String[] lines = run(command).lines().filter(line -> line.startsWith("{")).toArray(String[]::new);
            assertThat(lines).hasSameSizeAs(recordings);
            for (int i = 0; i < lines.length; i++) {
                agree(recordings.get(i), Json.TREES.readTree(lines[i]));
            }
        }
    }

    private static void agree(Recording recording, JsonNode client) throws Exception {
        Recording.Heard heard = Recording.hear(recording.isStream(), recording.body());
        assertThat(client.path("failed").asBoolean()).as("%s fails", recording).isEqualTo(heard.failure() != null);
        var ours = new Understood(heard.events());
        assertThat(ours.text).as("text of %s", recording).hasToString(client.path("text").asText());
        assertThat(ours.thinking).as("thoughts of %s", recording).hasToString(client.path("thinking").asText());
        assertThat(ours.calls).as("calls of %s", recording).isEqualTo(client.path("calls"));
        assertThat(ours.tokens).as("tokens of %s", recording)
                .isEqualTo(client.path("tokens").valueStream().map(JsonNode::asText).toList());
        String finish = client.path("finish").asText("");
        if (WORDS.containsValue(finish) && ours.calls.isEmpty() && heard.failure() == null) {
            assertThat(ours.finish).as("end of %s", recording).isEqualTo(finish);
        }
        if (client.path("completion").asInt() >= 0) {
            assertThat(ours.count).as("count of %s", recording)
                    .containsExactly(Math.max(0, client.path("prompt").asInt()), client.path("completion").asInt());
        }
    }

    private static final class Understood {
        private final StringBuilder text = new StringBuilder();
        private final StringBuilder thinking = new StringBuilder();
        private final ArrayNode calls = Json.TREES.createArrayNode();
        private final List<String> tokens = new ArrayList<>();
        private String finish = "";
        private List<Integer> count = List.of();

        Understood(List<ReplyEvent> events) throws IOException {
            for (ReplyEvent event : events) {
                take(event);
            }
        }

        private void take(ReplyEvent event) throws IOException {
            switch (event) {
                case ReplyEvent.Text(String words) -> text.append(words);
                case ReplyEvent.Thinking(String words) -> thinking.append(words);
                case ReplyEvent.ToolCall(int _, String _, String name, String arguments) ->
                    calls.addArray().add(name).add(Json.TREES.readTree(arguments));
                case ReplyEvent.Logprobs(List<ReplyEvent.Logprobs.Token> all) ->
                    all.forEach(token -> tokens.add(token.text()));
                case ReplyEvent.Finish(ReplyEvent.Finish.Reason reason) -> finish = WORDS.getOrDefault(reason, "");
                case ReplyEvent.Accounting(var usage) ->
                    count = List.of(usage.promptTokens(), usage.completionTokens());
                default -> {
                    // the client has no word for it
                }
            }
        }
    }

    private static void install() throws Exception {
        Files.createDirectories(INSTALLED);
        for (String file : List.of("package.json", "package-lock.json", "agree.mjs")) {
            Files.copy(SOURCES.resolve(file), INSTALLED.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        if (!Files.isDirectory(INSTALLED.resolve("node_modules/ollama"))) {
            run(List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"));
        }
    }

    private static boolean runs(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).directory(INSTALLED.toFile()).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.strip();
    }
}
