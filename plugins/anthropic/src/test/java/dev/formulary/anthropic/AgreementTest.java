package dev.formulary.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent.Finish.Reason;
import dev.formulary.spi.ReplyStream;
import dev.formulary.spi.Usage;
import dev.formulary.testkit.NodeClient;
import dev.formulary.testkit.TornResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The vendor's own client, as it comes from npm, hears the same in the recorded answers. Only where Node and npm are.
class AgreementTest {
    private static final Path RECORDED = Path.of("src/test/resources/dev/formulary/anthropic/recorded");
    /// The client gives up where this plug-in does not.
    private static final String TOLERATED = "twice.sse";

    @Test
    void theVendorsClientHearsTheSame() throws Exception {
        List<String> lines = NodeClient.of(Path.of("src/test/clients"), Path.of("target/clients"))
                .run("agreement.mjs", List.of(RECORDED.toAbsolutePath().toString()));

        assertThat(lines).hasSize(Recorded.STREAMS.size() + Recorded.WHOLES.size());
        for (String json : lines) {
            JsonNode line = Json.read(json);
            String file = line.path("file").asText();
            if (file.equals(TOLERATED)) {
                assertThat(line.has("error")).isTrue();
            } else if (line.has("error")) {
                assertThat(Set.of("overloaded.sse", "cut.sse")).contains(file);
            } else {
                compare(file, line);
            }
        }
    }

    private static void compare(String file, JsonNode theirs) throws Exception {
        Recorded.Summary ours = heardHere(file);
        assertThat(ours.text()).as(file).isEqualTo(theirs.path("text").asText());
        assertThat(ours.thinking()).as(file).isEqualTo(theirs.path("thinking").asText());
        assertThat(ours.refusal()).as(file).isEqualTo(theirs.path("refusal").asText());
        assertThat(ours.finish()).as(file).isEqualTo(reason(theirs.path("stop").asText()));
        assertThat(ours.usage()).as(file).isEqualTo(usage(theirs.path("usage")));
        assertThat(ours.calls()).as(file).hasSize(theirs.path("calls").size());
        for (int i = 0; i < ours.calls().size(); i++) {
            JsonNode call = theirs.path("calls").path(i);
            assertThat(ours.calls().get(i).subList(0, 2)).containsExactly(call.path("id").asText(),
                    call.path("name").asText());
            assertThat(Json.read(ours.calls().get(i).get(2))).isEqualTo(call.path("input"));
        }
        String signatures = String.join(" ", ours.signatures());
        theirs.path("signed").forEach(signed -> assertThat(signatures).contains(signed.asText()));
    }

    private static Recorded.Summary heardHere(String file) throws ProviderException, InterruptedException {
        String name = file.substring(0, file.indexOf('.'));
        var asked = new Asked(new byte[0], Set.of(), null, false);
        ReplyStream stream = file.endsWith(".sse")
                ? new MessageFrames(new TornResponse(Recorded.stream(name)), new byte[0], asked, Recorded.memory(),
                        Recorded.errors())
                : MessageAnswer.of(Recorded.whole(name), asked, false, Recorded.memory(), Recorded.errors());
        return Recorded.summary(Recorded.all(stream));
    }

    private static Reason reason(String word) {
        return switch (word) {
            case "end_turn", "stop_sequence", "pause_turn" -> Reason.STOP;
            case "max_tokens", "model_context_window_exceeded" -> Reason.LENGTH;
            case "tool_use" -> Reason.TOOL_CALLS;
            case "refusal" -> Reason.CONTENT_FILTER;
            default -> throw new AssertionError(word);
        };
    }

    private static Usage usage(JsonNode usage) {
        int cached = usage.path("cache_read_input_tokens").asInt();
        int written = usage.path("cache_creation_input_tokens").asInt();
        return new Usage(usage.path("input_tokens").asInt() + cached + written, usage.path("output_tokens").asInt(),
                cached,
                usage.path("output_tokens_details").path("thinking_tokens").asInt(), written, 0, 0, 0, false);
    }
}
