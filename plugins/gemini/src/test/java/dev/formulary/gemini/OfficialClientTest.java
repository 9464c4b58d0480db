package dev.formulary.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Effort;
import dev.formulary.spi.ChatRequest.Format;
import dev.formulary.spi.ChatRequest.Options;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.ChatRequest.Sampling;
import dev.formulary.spi.ChatRequest.Tool;
import dev.formulary.spi.ChatRequest.ToolCall;
import dev.formulary.spi.Embeddings;
import dev.formulary.testkit.NodeClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The vendor's own client, as it comes from npm, on the same recorded answers and for the same request: what it reads and
/// sends is what this plug-in reads and sends. Left out where there is no Node, or the package can't be had.
class OfficialClientTest extends GeminiCase {
    private static final List<JsonNode> SEEN = new ArrayList<>();

    @BeforeAll
    static void runTheClient() throws Exception {
        SEEN.clear();
        NodeClient client = NodeClient.of(Path.of("src/test/clients"), Path.of("target/clients"));
        for (String line : client.run("agree.mjs",
                List.of(Path.of("src/test/resources/answers").toAbsolutePath().toString()))) {
            SEEN.add(json(line));
        }
    }

    @Test
    void readsWhatThisPlugInReads() {
        List<JsonNode> answers = SEEN.stream().filter(each -> each.has("form")).toList();
        assertThat(answers).extracting(each -> each.path("name").asText()).containsAll(
                Recording.all().stream().map(Recording::name).toList());
        for (JsonNode theirs : answers) {
            if (theirs.path("name").asText().equals("picture")) {
                continue; // which only a client can keep
            }
            boolean stream = theirs.path("form").asText().equals("stream");
            List<String> ours = ours(recorded(theirs.path("name").asText()), stream);
            assertThat(joined(ours, "text ")).as(theirs.toString()).isEqualTo(ours.getLast().startsWith("fails ")
                    && !stream ? "" : shown(theirs.path("text")));
            assertThat(joined(ours, "thinking ")).as(theirs.toString()).isEqualTo(shown(theirs.path("thinking")));
            assertThat(calls(ours)).as(theirs.toString()).isEqualTo(theirs.path("calls"));
            agreeOnTheEnd(ours, theirs);
        }
    }

    private static List<String> ours(Recording recording, boolean stream) {
        byte[] body = stream
                ? recording.in(Recording.Form.EVENTS)
                : recording.frames().getFirst().getBytes(StandardCharsets.UTF_8);
        return Said.by(() -> provider(new Tape(200, body))
                .chat(stream ? Ask.hi().streamed() : Ask.hi().whole(), attempt()));
    }

    private static void agreeOnTheEnd(List<String> ours, JsonNode theirs) {
        boolean called = !theirs.path("calls").isEmpty();
        String reason = theirs.path("finish").asText();
        boolean whole = theirs.path("form").asText().equals("whole");
        String end = switch (reason) {
            case "STOP" -> called ? "finish TOOL_CALLS" : "finish STOP";
            case "MAX_TOKENS" -> "finish LENGTH";
            case "SAFETY" -> "finish CONTENT_FILTER";
            case "null" -> theirs.hasNonNull("blocked")
                    ? "finish CONTENT_FILTER"
                    : whole ? "finish STOP" : "fails ";
            default -> "fails ";
        };
        assertThat(ours).as(theirs.toString()).anyMatch(line -> line.startsWith(end));
        JsonNode usage = theirs.path("usage");
        if (usage.isObject() && !ours.getLast().startsWith("fails ")) {
            int prompt = usage.path("promptTokenCount").asInt() + usage.path("toolUsePromptTokenCount").asInt();
            int total = usage.path("totalTokenCount").asInt();
            assertThat(ours.getLast()).startsWith("usage " + prompt + " " + (total - prompt));
        }
    }

    private static String joined(List<String> lines, String kind) {
        return String.join("", lines.stream().filter(line -> line.startsWith(kind)).map(
                line -> line.substring(kind.length())).toList());
    }

    private static String shown(JsonNode text) {
        return text.asText().replace("\r", "\\r").replace("\n", "\\n");
    }

    private static ArrayNode calls(List<String> lines) {
        ArrayNode calls = Json.TREES.createArrayNode();
        for (String line : lines) {
            if (line.startsWith("call ")) {
                String[] words = line.split(" ", 5);
                calls.addObject().put("name", words[3]).set("args", json(words[4]));
            }
        }
        return calls;
    }

    @Test
    void sendsWhatThisPlugInSends() throws Exception {
        Map<String, @Nullable Object> schema = Map.of("type", "object", "properties",
                Map.of("city", Map.of("type", "string")));
        ChatRequest request = new Ask().model("gemini-3.1-pro-preview").system("Be brief.")
                .message(Role.USER, new ChatRequest.Text("Look:"), new ChatRequest.Image("image/png", "iVBO", false))
                .calls(new ToolCall("c1", "weather", "{\"city\":\"Bonn\"}", "gemini:c2ln")).result("c1", "rain")
                .tool(new Tool("weather", "tells it", schema)).choice("=weather")
                .sampling(new Sampling(0.5, 0.9, 100, 7L, null, List.of("END")))
                .options(new Options(40, null, -0.25, 0.25, 3, Effort.LOW, null, null, null, Set.of()))
                .format(new Format.Schema("answer", schema, true)).whole();
        var tape = new Tape(200, "{\"candidates\":[{}]}".getBytes(StandardCharsets.UTF_8));
        provider(tape).chat(request, attempt()).close();
        JsonNode theirs = seen("sent");
        ((ObjectNode) theirs.at("/body/systemInstruction")).remove("role");
        assertThat(json(tape.last())).isEqualTo(theirs.path("body"));
        assertThat(tape.asked.getLast().uri().getPath()).isEqualTo(theirs.path("path").asText());
        assertThat(tape.asked.getLast().headers()).containsEntry("x-goog-api-key", KEY);
        assertThat(theirs.path("key").asText()).isEqualTo("test-key");
    }

    @Test
    void asksForVectorsAsThisPlugInDoes() throws Exception {
        var tape = new Tape(200, "{\"embeddings\":[{\"values\":[1]},{\"values\":[2]}]}".getBytes(
                StandardCharsets.UTF_8));
        provider(tape).embed(new Embeddings.Request(EMBEDDING_MODEL, List.of("a", "b"), 2), attempt());
        JsonNode theirs = seen("embedded");
        theirs.at("/body/requests").forEach(each -> ((ObjectNode) each.path("content")).remove("role"));
        assertThat(json(tape.last())).isEqualTo(theirs.path("body"));
        assertThat(tape.asked.getLast().uri().getPath()).isEqualTo(theirs.path("path").asText());
    }

    private static JsonNode seen(String name) {
        return SEEN.stream().filter(each -> each.path("name").asText().equals(name)).findFirst().orElseThrow();
    }
}
