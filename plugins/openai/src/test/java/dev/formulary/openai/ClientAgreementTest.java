package dev.formulary.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.testkit.Heard;
import dev.formulary.testkit.NodeClient;
import dev.formulary.testkit.Recording;
import dev.formulary.testkit.VendorReply;
import dev.formulary.testkit.VendorServer;
import dev.formulary.wire.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// The vendor's own client, as it comes from npm, understands of the recorded answers what the plug-in understands. Runs
/// where Node is.
class ClientAgreementTest {
    /// Answers whose defects the client passes on and the plug-in mends.
    private static final Set<String> DEFECTIVE = Set.of("doubled-arguments.sse", "google-signed-call.sse",
            "google-signed-text.json", "openai-audio.json", "parts-and-crlf.sse", "stopped-with-error.json");
    private static final Map<ReplyEvent.Finish.Reason, String> WORDS = Map.of(ReplyEvent.Finish.Reason.STOP, "stop",
            ReplyEvent.Finish.Reason.LENGTH, "length", ReplyEvent.Finish.Reason.TOOL_CALLS, "tool_calls",
            ReplyEvent.Finish.Reason.CONTENT_FILTER, "content_filter");

    @Test
    void theVendorsOwnClientUnderstandsTheSame() throws Exception {
        NodeClient client = NodeClient.of(Path.of("src/test/clients"), Path.of("target/clients"));
        List<Recording> recordings = Recording.all(RecordingsTest.FOLDER).stream()
                .filter(each -> !DEFECTIVE.contains(each.name())).toList();
        try (VendorServer vendor = VendorServer.bare()) {
            var arguments = new ArrayList<>(List.of(vendor.baseUrl()));
            for (Recording recording : recordings) {
                String type = recording.isStream() ? "text/event-stream" : "application/json";
                vendor.always("/" + recording.name() + "/chat/completions", VendorReply.pieces(type,
                        new String(recording.body(), StandardCharsets.UTF_8), 97, 0));
                arguments.add(recording.name());
            }
            List<String> lines = client.run("agree.mjs", arguments);
            assertThat(lines).hasSameSizeAs(recordings);
            for (int i = 0; i < lines.size(); i++) {
                agree(recordings.get(i), Json.TREES.readTree(lines.get(i)));
            }
        }
    }

    private static void agree(Recording recording, JsonNode client) throws InterruptedException {
        Heard heard = Heard.of(() -> RecordingsTest.read(recording.isStream(), recording.body()));
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
                case ReplyEvent.Accounting(var usage, long _) ->
                    count = List.of(usage.promptTokens(), usage.completionTokens());
                default -> {
                    // the client has no word for it
                }
            }
        }
    }
}
