package dev.formulary.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// The vendor's own client, as it comes from npm, understands of the recorded answers what the plug-in understands. Runs
/// where Node is.
class ClientAgreementTest {
    private static final Path SOURCES = Path.of("src/test/clients");
    private static final Path INSTALLED = Path.of("target/clients");
    /// Answers whose defects the client passes on and the plug-in mends.
    private static final Set<String> DEFECTIVE = Set.of("doubled-arguments.sse", "google-signed-call.sse",
            "google-signed-text.json", "openai-audio.json", "parts-and-crlf.sse", "stopped-with-error.json");
    private static final Map<ReplyEvent.Finish.Reason, String> WORDS = Map.of(ReplyEvent.Finish.Reason.STOP, "stop",
            ReplyEvent.Finish.Reason.LENGTH, "length", ReplyEvent.Finish.Reason.TOOL_CALLS, "tool_calls",
            ReplyEvent.Finish.Reason.CONTENT_FILTER, "content_filter");

    @Test
    void theVendorsOwnClientUnderstandsTheSame() throws Exception {
        assumeTrue(runs("node", "--version") && runs("npm", "--version"), "no Node here");
        install();
        List<Recording> recordings = Recording.all().stream().filter(each -> !DEFECTIVE.contains(each.name())).toList();
        try (VendorServer vendor = VendorServer.bare()) {
            var command = new ArrayList<>(List.of("node", "agree.mjs", vendor.baseUrl()));
            for (Recording recording : recordings) {
                String type = recording.isStream() ? "text/event-stream" : "application/json";
                vendor.always("/" + recording.name() + "/chat/completions", VendorReply.pieces(type,
                        new String(recording.body(), StandardCharsets.UTF_8), 97, 0));
                command.add(recording.name());
            }
            String[] lines = run(command).split("\n");
            assertThat(lines).hasSameSizeAs(recordings);
            for (int i = 0; i < lines.length; i++) {
                agree(recordings.get(i), Json.TREES.readTree(lines[i]));
            }
        }
    }

    private static void agree(Recording recording, JsonNode client) throws InterruptedException {
        Recording.Heard heard = Recording.hear(recording.isStream(), recording.body());
        assertThat(client.path("failed").asBoolean()).as("%s fails", recording).isEqualTo(heard.failure() != null);
        var ours = new Understood(heard.events());
        assertThat(ours.text).as("text of %s", recording).hasToString(client.path("text").asText());
        assertThat(ours.refusal).as("refusal of %s", recording).hasToString(client.path("refusal").asText());
        assertThat(ours.tokens).as("tokens of %s", recording)
                .isEqualTo(client.path("tokens").valueStream().map(JsonNode::asText).toList());
        assertThat(ours.calls.values()).as("calls of %s", recording).extracting(StringBuilder::toString)
                .isEqualTo(client.path("calls").valueStream()
                        .map(call -> call.path("name").asText() + call.path("arguments").asText()).toList());
        if (!client.path("finish").isNull() && heard.failure() == null) {
            assertThat(ours.finish).as("end of %s", recording).isEqualTo(client.path("finish").asText());
        }
        if (client.path("prompt").asInt() >= 0) {
            assertThat(ours.count).as("count of %s", recording)
                    .containsExactly(client.path("prompt").asInt(), client.path("completion").asInt());
        }
    }

    private static final class Understood {
        private final StringBuilder text = new StringBuilder();
        private final StringBuilder refusal = new StringBuilder();
        private final Map<Integer, StringBuilder> calls = new TreeMap<>();
        private final List<String> tokens = new ArrayList<>();
        private String finish = "";
        private List<Integer> count = List.of();

        Understood(List<ReplyEvent> events) {
            events.forEach(this::take);
        }

        private void take(ReplyEvent event) {
            switch (event) {
                case ReplyEvent.Text(String words) -> text.append(words);
                case ReplyEvent.Refusal(String words) -> refusal.append(words);
                case ReplyEvent.ToolCall(int index, String _, String name, String arguments) ->
                    calls.computeIfAbsent(index, _ -> new StringBuilder()).append(name == null ? "" : name)
                            .append(arguments);
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
        if (!Files.isDirectory(INSTALLED.resolve("node_modules/openai"))) {
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
