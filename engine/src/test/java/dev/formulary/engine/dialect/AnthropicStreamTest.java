package dev.formulary.engine.dialect;

import static dev.formulary.engine.dialect.Wire.HEAD;
import static dev.formulary.engine.dialect.Wire.finish;
import static dev.formulary.engine.dialect.Wire.json;
import static dev.formulary.engine.dialect.Wire.text;
import static dev.formulary.engine.dialect.Wire.tool;
import static dev.formulary.engine.dialect.Wire.utf8;
import static dev.formulary.engine.dialect.Wire.written;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyEvent.Finish.Reason;
import dev.formulary.spi.ReplyEvent.Signature;
import dev.formulary.spi.ReplyEvent.Text;
import dev.formulary.spi.ReplyEvent.Thinking;
import dev.formulary.spi.Usage;
import dev.formulary.spi.WireBody;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AnthropicStreamTest {
    private static final Usage USAGE = new Usage(7, 5, 3, 2, false);
    private static final ChatDialect DIALECT = new AnthropicMessages();

    private static StreamWriter writer() {
        return DIALECT.stream(HEAD, true);
    }

    private static String stream(ReplyEvent... events) {
        return written(writer(), List.of(events), USAGE);
    }

    /// The events, each named as its data is.
    private static List<JsonNode> events(String stream) {
        List<JsonNode> all = new ArrayList<>();
        assertThat(stream).endsWith("\n\n").doesNotContain("\r");
        for (String event : stream.substring(0, stream.length() - 2).split("\n\n", -1)) {
            assertThat(event.lines()).hasSize(2);
            JsonNode data = json(event.substring(event.indexOf("\ndata: ") + 7));
            assertThat(event).startsWith("event: " + data.path("type").asText() + "\n");
            all.add(data);
        }
        return all;
    }

    private static List<String> types(List<JsonNode> events) {
        return events.stream().map(each -> each.path("type").asText().replace("content_block", "block")).toList();
    }

    /// The content as the official client puts it together, which takes deltas for the last block's.
    private static List<ObjectNode> content(List<JsonNode> events) {
        List<ObjectNode> blocks = new ArrayList<>();
        boolean open = false;
        for (JsonNode event : events) {
            switch (event.path("type").asText()) {
                case "content_block_start" -> {
                    assertThat(open).isFalse();
                    open = true;
                    assertThat(event.path("index").asInt(-1)).isEqualTo(blocks.size());
                    blocks.add(((ObjectNode) event.path("content_block")).deepCopy());
                }
                case "content_block_delta" -> {
                    assertThat(open).isTrue();
                    assertThat(event.path("index").asInt(-1)).isEqualTo(blocks.size() - 1);
                    add(blocks.getLast(), event.path("delta"));
                }
                case "content_block_stop" -> {
                    assertThat(open).isTrue();
                    open = false;
                    assertThat(event.path("index").asInt(-1)).isEqualTo(blocks.size() - 1);
                }
                default -> assertThat(open).as(event.toString()).isFalse();
            }
        }
        return blocks;
    }

    private static void add(ObjectNode block, JsonNode delta) {
        switch (delta.path("type").asText()) {
            case "text_delta" -> block.put("text", block.path("text").asText() + delta.path("text").asText());
            case "thinking_delta" ->
                block.put("thinking", block.path("thinking").asText() + delta.path("thinking").asText());
            case "signature_delta" -> block.put("signature", delta.path("signature").asText());
            case "input_json_delta" ->
                block.put("json", block.path("json").asText("") + delta.path("partial_json").asText());
            default -> throw new AssertionError(delta);
        }
    }

    @Test
    void beginsSpeaksTellsWhyItEndedAndStops() {
        assertThat(stream(new ReplyEvent.Ignored("seed"), new Text("Hel"), new Text("lo"), finish(Reason.LENGTH)))
                .isEqualTo("event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_01CALL\","
                        + "\"type\":\"message\",\"role\":\"assistant\",\"model\":\"sim/fast\",\"content\":[],"
                        + "\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":0,"
                        + "\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0,\"output_tokens\":0}}}\n\n"
                        + "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,"
                        + "\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
                        + "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,"
                        + "\"delta\":{\"type\":\"text_delta\",\"text\":\"Hel\"}}\n\n"
                        + "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,"
                        + "\"delta\":{\"type\":\"text_delta\",\"text\":\"lo\"}}\n\n"
                        + "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n"
                        + "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":"
                        + "\"max_tokens\",\"stop_sequence\":null},\"usage\":{\"input_tokens\":4,"
                        + "\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":3,\"output_tokens\":5,"
                        + "\"output_tokens_details\":{\"thinking_tokens\":2}}}\n\n"
                        + "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
    }

    @Test
    void everyPieceGoesOutAtOnce() {
        StreamWriter writer = writer();
        assertThat(text(writer.frame(new Thinking("h")))).contains("thinking_delta");
        assertThat(text(writer.frame(new Text("a")))).contains("text_delta");
        assertThat(text(writer.frame(tool(0, "x", "t", "")))).contains("tool_use");
        assertThat(text(writer.frame(tool(0, null, null, "{\"a\"")))).contains("input_json_delta");
    }

    @Test
    void thoughtsWordsAndCallsAreBlocksOfTheirOwn() {
        List<JsonNode> events = events(stream(new Thinking("h"), new Thinking("m"), new Signature("anthropic:Eq", -1),
                new Text("Look."), tool(0, "a", "weather", ""), tool(0, null, null, "{\"city\":"),
                tool(0, null, null, "\"Bern\"}"), tool(1, "b", "now", ""), finish(Reason.STOP)));

        assertThat(content(events)).extracting(ObjectNode::toString).containsExactly(
                "{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"Eq\"}",
                "{\"type\":\"text\",\"text\":\"Look.\"}",
                "{\"type\":\"tool_use\",\"id\":\"a\",\"name\":\"weather\",\"input\":{},\"json\":\"{\\\"city\\\":\\\"Bern\\\"}\"}",
                "{\"type\":\"tool_use\",\"id\":\"b\",\"name\":\"now\",\"input\":{},\"json\":\"{}\"}");
        assertThat(events.get(events.size() - 2).at("/delta/stop_reason").asText()).isEqualTo("tool_use");
    }

    @Test
    void aCallThatComesWholeBearsItsSignatureAndItsNextOneNone() {
        List<ObjectNode> blocks = content(events(stream(tool(0, "a", "t", "{}"), new Signature("gemini:C", 0),
                tool(1, "b", "u", "{}"), finish(Reason.TOOL_CALLS))));
        assertThat(blocks.get(0).path("signature").asText()).isEqualTo("gemini:C");
        assertThat(blocks.get(1).has("signature")).isFalse();
    }

    @Test
    void whoDidNotAskForThoughtsGetsNone() {
        StreamWriter writer = DIALECT.stream(new ReplyHead("1", "m", HEAD.created(), null, false), true);
        List<JsonNode> events = events(written(writer, List.of(new Thinking("h"), new Signature("k:1", -1),
                new Text("Hi"), finish(Reason.STOP)), USAGE));
        assertThat(content(events)).extracting(ObjectNode::toString)
                .containsExactly("{\"type\":\"text\",\"text\":\"Hi\"}");
    }

    @Test
    void aModelThatDeclinesDoesSoInItsWords() {
        List<JsonNode> events = events(stream(new ReplyEvent.Refusal("No."), finish(Reason.STOP)));
        assertThat(content(events).getFirst().path("text").asText()).isEqualTo("No.");
        assertThat(events.get(events.size() - 2).path("delta").toString()).isEqualTo("{\"stop_reason\":\"refusal\","
                + "\"stop_sequence\":null,\"stop_details\":{\"type\":\"refusal\",\"category\":null,"
                + "\"explanation\":\"No.\"}}");
    }

    @Test
    void nothingIsNoBlock() {
        List<JsonNode> events = events(stream(new Thinking(""), new Text(""), tool(0, "a", "t", "{}"),
                new Text(""), finish(Reason.STOP)));
        assertThat(content(events)).extracting(each -> each.path("type").asText()).containsExactly("tool_use");
    }

    @Test
    void anAnswerOfNothingIsAMessageToo() {
        assertThat(types(events(stream()))).containsExactly("message_start", "message_delta", "message_stop");
    }

    @Test
    void whatIsKnownLateStandsInTheLastEvent() {
        StreamWriter writer = writer();
        writer.later(new LateFacts(List.of("b/m"), List.of("seed")));
        List<JsonNode> events = events(written(writer, List.of(new Text("a"), finish(Reason.STOP)), USAGE));
        assertThat(events.getLast().toString()).isEqualTo("{\"type\":\"message_stop\",\"formulary\":{"
                + "\"continued_by\":[\"b/m\"],\"ignored\":[\"seed\"]}}");
    }

    @Test
    void aStreamThatBreaksOffEndsWithAnError() {
        StreamWriter writer = writer();
        String begun = written(writer, List.of(new Text("a")), null);
        List<JsonNode> all = events(begun + text(writer.failure(new Refusal(502, "stream_interrupted", "it broke",
                null, null))));
        assertThat(all.getLast().toString()).isEqualTo("{\"type\":\"error\",\"error\":{\"type\":\"api_error\","
                + "\"message\":\"it broke\",\"code\":\"stream_interrupted\"}}");
        assertThat(types(all)).doesNotContain("message_stop");
    }

    private static ReplyEvent vendors(String json, ReplyEvent... meaning) {
        try {
            return new ReplyEvent.Native(Json.members(WireBody.ANTHROPIC_MESSAGES, utf8(json)).source(),
                    List.of(meaning));
        } catch (MalformedBodyException e) {
            throw new AssertionError(e);
        }
    }

    private static final String BEGINS = "{\"type\":\"message_start\", \"message\":{\"id\":\"msg_v\",\"usage\":{}}}";
    private static final String SPEAKS = "{\"type\" : \"content_block_start\",\"index\":0,\"content_block\":{\"type\":"
            + "\"text\",\"text\":\"\"}}";
    private static final String SAYS = "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":"
            + "\"text_delta\",\"text\":\"h\\u00e9\"}}";

    @Test
    void eventsOfTheSameFormatPassByteForByte() {
        String stops = "{\"type\":\"content_block_stop\",\"index\":0}";
        String why = "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"stop_sequence\"},\"usage\":{}}";
        String end = "{\"type\":\"message_stop\"}";
        String sent = stream(vendors(BEGINS), vendors("{\"type\":\"ping\"}"), vendors(SPEAKS),
                vendors(SAYS, new Text("hé")), vendors(BEGINS), vendors(stops), vendors(why),
                vendors(end, finish(Reason.STOP), new ReplyEvent.Accounting(USAGE)));

        assertThat(sent).isEqualTo("event: message_start\ndata: " + BEGINS
                + "\n\nevent: ping\ndata: {\"type\":\"ping\"}"
                + "\n\nevent: content_block_start\ndata: " + SPEAKS + "\n\nevent: content_block_delta\ndata: " + SAYS
                + "\n\nevent: content_block_stop\ndata: " + stops + "\n\nevent: message_delta\ndata: " + why
                + "\n\nevent: message_stop\ndata: " + end + "\n\n");
    }

    @Test
    void anotherModelGoesOnInTheBlockThatTheVendorHadBegun() {
        List<JsonNode> events = events(stream(vendors(BEGINS), vendors(SPEAKS), vendors(SAYS, new Text("hé")),
                new Text("llo"), finish(Reason.STOP)));
        assertThat(content(events)).extracting(ObjectNode::toString)
                .containsExactly("{\"type\":\"text\",\"text\":\"héllo\"}");
        assertThat(types(events)).containsExactly("message_start", "block_start", "block_delta", "block_delta",
                "block_stop", "message_delta", "message_stop");
        List<JsonNode> behind = events(stream(vendors(BEGINS), vendors(SPEAKS), vendors(SAYS),
                vendors("{\"type\":\"content_block_stop\",\"index\":0}"), tool(0, "a", "t", "{}"),
                finish(Reason.STOP)));
        assertThat(content(behind)).hasSize(2);
    }

    /// However a model's words, thoughts and calls are torn and mixed, the client puts the same message together.
    @Test
    void howeverItIsTornTheSameMessageArrives() {
        for (int seed = 0; seed < 500; seed++) {
            var random = new Random(seed);
            String thoughts = random.nextBoolean() ? "I think \"so\" {" : "";
            String words = random.nextBoolean() ? "Grüße 👋 at once" : "";
            int calls = random.nextInt(4);
            List<ReplyEvent> events = new ArrayList<>();
            pieces(thoughts, random).forEach(piece -> events.add(new Thinking(piece)));
            pieces(words, random).forEach(piece -> events.add(new Text(piece)));
            events.addAll(mixed(calls, random));
            events.add(finish(Reason.STOP));

            List<ObjectNode> blocks = content(events(written(writer(), events, USAGE)));

            assertThat(joined(blocks, "thinking")).as("seed " + seed).isEqualTo(thoughts);
            assertThat(joined(blocks, "text")).as("seed " + seed).isEqualTo(words);
            List<String> called = blocks.stream().filter(each -> each.has("name"))
                    .map(each -> each.path("name").asText() + json(each.path("json").asText())).sorted().toList();
            List<String> expected = new ArrayList<>();
            for (int call = 0; call < calls; call++) {
                expected.add("tool" + call + json(arguments(call)));
            }
            assertThat(called).as("seed " + seed).isEqualTo(expected);
        }
    }

    private static String joined(List<ObjectNode> blocks, String name) {
        var all = new StringBuilder();
        blocks.forEach(block -> all.append(block.path(name).asText("")));
        return all.toString();
    }

    private static String arguments(int call) {
        return call == 2 ? "{}" : "{\"a\":\"}{\\\"\",\"b\":[{\"c\":" + call + "}]}";
    }

    private static List<String> pieces(String whole, Random random) {
        List<String> all = new ArrayList<>();
        for (int at = 0; at < whole.length();) {
            int end = Math.min(whole.length(), at + 1 + random.nextInt(6));
            if (end < whole.length() && Character.isLowSurrogate(whole.charAt(end))) {
                end++;
            }
            all.add(whole.substring(at, end));
            at = end;
        }
        return all;
    }

    private static List<ReplyEvent> mixed(int calls, Random random) {
        List<List<ReplyEvent>> each = new ArrayList<>();
        for (int call = 0; call < calls; call++) {
            List<ReplyEvent> pieces = new ArrayList<>();
            pieces.add(tool(call, "id" + call, "tool" + call, ""));
            for (String piece : call == 2 ? List.<String>of() : pieces(arguments(call), random)) {
                pieces.add(tool(call, null, null, piece));
            }
            each.add(pieces);
        }
        List<ReplyEvent> all = new ArrayList<>();
        while (!each.isEmpty()) {
            int which = random.nextInt(each.size());
            all.add(each.get(which).removeFirst());
            each.removeIf(List::isEmpty);
        }
        return all;
    }
}
