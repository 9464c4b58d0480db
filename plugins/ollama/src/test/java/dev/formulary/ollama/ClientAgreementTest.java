package dev.formulary.ollama;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.testkit.Heard;
import dev.formulary.testkit.NodeClient;
import dev.formulary.testkit.Recording;
import dev.formulary.testkit.VendorReply;
import dev.formulary.testkit.VendorServer;
import dev.formulary.wire.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The vendor's own client, as it comes from npm, understands of the recorded answers what the plug-in understands. Runs
/// where Node is.
class ClientAgreementTest {
    private static final Map<ReplyEvent.Finish.Reason, String> WORDS = Map.of(ReplyEvent.Finish.Reason.STOP, "stop",
            ReplyEvent.Finish.Reason.LENGTH, "length");

    @Test
    void theVendorsOwnClientUnderstandsTheSame() throws Exception {
        NodeClient client = NodeClient.of(Path.of("src/test/clients"), Path.of("target/clients"));
        List<Recording> recordings = Recording.all(RecordingsTest.FOLDER);
        try (VendorServer vendor = VendorServer.bare()) {
            var arguments = new ArrayList<>(List.of(vendor.baseUrl()));
            for (Recording recording : recordings) {
                String type = recording.isStream() ? "application/x-ndjson" : "application/json";
                vendor.always("/" + recording.name() + "/api/chat", VendorReply.pieces(type,
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

    private static void agree(Recording recording, JsonNode client) throws Exception {
        Heard heard = Heard.of(() -> RecordingsTest.read(recording.isStream(), recording.body()));
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
                case ReplyEvent.Accounting(var usage, long _) ->
                    count = List.of(usage.promptTokens(), usage.completionTokens());
                default -> {
                    // the client has no word for it
                }
            }
        }
    }
}
