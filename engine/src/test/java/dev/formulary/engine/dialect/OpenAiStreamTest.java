package dev.formulary.engine.dialect;

import static dev.formulary.engine.dialect.Wire.HEAD;
import static dev.formulary.engine.dialect.Wire.events;
import static dev.formulary.engine.dialect.Wire.finish;
import static dev.formulary.engine.dialect.Wire.json;
import static dev.formulary.engine.dialect.Wire.raw;
import static dev.formulary.engine.dialect.Wire.text;
import static dev.formulary.engine.dialect.Wire.tool;
import static dev.formulary.engine.dialect.Wire.written;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyEvent.Finish.Reason;
import dev.formulary.spi.ReplyEvent.Text;
import dev.formulary.spi.Usage;
import dev.formulary.spi.WireBody;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenAiStreamTest {
    private static final Usage USAGE = new Usage(7, 5, 3, 2, false);

    private static StreamWriter writer(boolean includeUsage) {
        return new OpenAiChat().stream(HEAD, includeUsage);
    }

    private static String stream(boolean includeUsage, ReplyEvent... events) {
        return written(writer(includeUsage), List.of(events), USAGE);
    }

    /// The chunks, after a check that the stream ends as it must.
    private static List<JsonNode> chunks(String stream) {
        assertThat(stream).endsWith("data: [DONE]\n\n");
        List<String> data = events(stream);
        List<JsonNode> chunks = new ArrayList<>();
        data.subList(0, data.size() - 1).forEach(each -> chunks.add(json(each)));
        return chunks;
    }

    @Test
    void saysRoleThenWordsThenWhyItEndedThenDone() {
        List<JsonNode> chunks = chunks(stream(false, new Text("Hel"), new Text("lo"), finish(Reason.LENGTH)));

        assertThat(chunks).extracting(each -> each.at("/choices/0/delta").toString()).containsExactly(
                "{\"role\":\"assistant\",\"content\":\"\"}", "{\"content\":\"Hel\"}", "{\"content\":\"lo\"}", "{}");
        assertThat(chunks).extracting(each -> each.at("/choices/0/finish_reason").asText()).containsExactly("null",
                "null", "null", "length");
    }

    @Test
    void everyChunkBearsTheSameHead() {
        List<JsonNode> chunks = chunks(stream(true, new Text("a"), tool(0, "x", "t", "{}"), finish(Reason.STOP)));

        assertThat(chunks).hasSize(5).allSatisfy(chunk -> {
            assertThat(chunk.path("id").asText()).isEqualTo("chatcmpl-01CALL");
            assertThat(chunk.path("object").asText()).isEqualTo("chat.completion.chunk");
            assertThat(chunk.path("created").asLong()).isEqualTo(HEAD.created().getEpochSecond());
            assertThat(chunk.path("model").asText()).isEqualTo("sim/fast");
        });
        assertThat(chunks.subList(0, 4)).allSatisfy(
                chunk -> assertThat(chunk.at("/choices/0/index").asInt(-1)).isZero());
    }

    @Test
    void countsOnlyWhenAskedAndThenInAChunkOfItsOwn() {
        assertThat(stream(false, new Text("a"), new ReplyEvent.Accounting(USAGE), finish(Reason.STOP)))
                .doesNotContain("usage");

        List<JsonNode> chunks = chunks(stream(true, new Text("a"), finish(Reason.STOP)));
        assertThat(chunks.subList(0, 3)).allMatch(chunk -> chunk.has("usage") && chunk.get("usage").isNull());
        JsonNode last = chunks.getLast();
        assertThat(last.get("choices")).isEmpty();
        assertThat(last.get("usage").toString()).isEqualTo("{\"prompt_tokens\":7,\"completion_tokens\":5,"
                + "\"total_tokens\":12,\"prompt_tokens_details\":{\"cached_tokens\":3,\"audio_tokens\":0},"
                + "\"completion_tokens_details\":{\"reasoning_tokens\":2,\"audio_tokens\":0}}");
    }

    @Test
    void signaturesProbabilitiesAndRefusalsAreChunksOfTheirOwn() {
        List<JsonNode> chunks = chunks(stream(false, new ReplyEvent.Ignored("seed"), new ReplyEvent.Refusal("no"),
                new ReplyEvent.Signature("k:1", -1), tool(0, "x", "t", "{}"), new ReplyEvent.Signature("k:2", 0),
                new ReplyEvent.Logprobs(List.of(new ReplyEvent.Logprobs.Token("a", -1, null, List.of()))),
                finish(Reason.STOP)));
        assertThat(chunks.get(1).at("/choices/0/delta").toString()).isEqualTo("{\"refusal\":\"no\"}");
        assertThat(chunks.get(2).at("/choices/0/delta/reasoning_details/0/signature").asText()).isEqualTo("k:1");
        assertThat(chunks.get(4).at("/choices/0/delta/tool_calls/0/extra_content/google/thought_signature").asText())
                .isEqualTo("k:2");
        assertThat(chunks.get(4).at("/choices/0/delta/tool_calls/0/index").asInt(-1)).isZero();
        assertThat(chunks.get(5).at("/choices/0/logprobs/content/0/token").asText()).isEqualTo("a");
    }

    @Test
    void thinkingGoesBesideTheAnswer() {
        List<JsonNode> chunks = chunks(stream(false, new ReplyEvent.Thinking("hm"), finish(Reason.STOP)));
        assertThat(chunks.get(1).at("/choices/0/delta").toString()).isEqualTo("{\"reasoning_content\":\"hm\"}");
    }

    @Test
    void aCallOfAToolIsNamedOnceAndThenContinuedByItsIndex() {
        List<JsonNode> chunks = chunks(stream(false, tool(0, "call_a", "turn_on", "{\"a\""),
                tool(1, "call_b", "turn_off", ""), tool(0, null, null, ":1}"), tool(1, null, null, "{}"),
                finish(Reason.STOP)));

        List<String> deltas = chunks.stream().map(each -> each.at("/choices/0/delta/tool_calls/0").toString()).toList();
        assertThat(deltas.subList(1, 5)).containsExactly(
                "{\"index\":0,\"id\":\"call_a\",\"type\":\"function\",\"function\":{\"name\":\"turn_on\",\"arguments\":\"{\\\"a\\\"\"}}",
                "{\"index\":1,\"id\":\"call_b\",\"type\":\"function\",\"function\":{\"name\":\"turn_off\",\"arguments\":\"\"}}",
                "{\"index\":0,\"function\":{\"arguments\":\":1}\"}}",
                "{\"index\":1,\"function\":{\"arguments\":\"{}\"}}");
        assertThat(chunks.getLast().at("/choices/0/finish_reason").asText()).isEqualTo("tool_calls");
    }

    @Test
    void aCallWithoutArgumentsGetsAnEmptyObject() {
        List<JsonNode> chunks = chunks(stream(false, tool(0, "a", "now", ""), tool(1, "b", "later", "{\"s\":1}"),
                tool(2, "c", "never", ""), finish(Reason.TOOL_CALLS)));

        for (int index = 0; index < 3; index++) {
            var arguments = new StringBuilder();
            for (JsonNode chunk : chunks) {
                JsonNode call = chunk.at("/choices/0/delta/tool_calls/0");
                if (call.path("index").asInt(-1) == index) {
                    arguments.append(call.at("/function/arguments").asText());
                }
            }
            assertThat(arguments).hasToString(index == 1 ? "{\"s\":1}" : "{}");
        }
        assertThat(chunks.getLast().at("/choices/0/delta")).isEmpty();
    }

    @Test
    void anAnswerThatWasCutShortStaysOneAlsoWhenItCallsATool() {
        List<JsonNode> chunks = chunks(stream(false, tool(0, "a", "t", "{\"tru"), finish(Reason.LENGTH)));
        assertThat(chunks.getLast().at("/choices/0/finish_reason").asText()).isEqualTo("length");
    }

    @Test
    void aCallWithoutAnIdGetsOneThatNoOtherCallHas() {
        String first = stream(false, tool(0, "", "t", "{}"), tool(1, null, "u", "{}"), finish(Reason.STOP));
        assertThat(first).contains("\"id\":\"call_01CALL_0\"").contains("\"id\":\"call_01CALL_1\"");
    }

    @Test
    void framesOfTheSameFormatPassByteForByte() {
        String a = "{ \"id\":\"x\", \"choices\":[{\"delta\":{\"content\":\"h\\u00e9\"}}] }";
        String b = "{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}";
        String sent = stream(false, raw(WireBody.OPENAI_CHAT, a, new Text("hé")),
                raw(WireBody.OPENAI_CHAT, b, finish(Reason.STOP)));
        assertThat(sent).isEqualTo("data: " + a + "\n\ndata: " + b + "\n\ndata: [DONE]\n\n");
    }

    @Test
    void aVendorsCountPassesOnlyWhenAskedAndIsNotRepeated() {
        ReplyEvent end = raw(WireBody.OPENAI_CHAT, "{\"choices\":[{}]}", finish(Reason.STOP));
        ReplyEvent count = raw(WireBody.OPENAI_CHAT, "{\"choices\":[],\"usage\":{\"v\":1}}",
                new ReplyEvent.Accounting(USAGE));

        assertThat(stream(false, end, count)).doesNotContain("usage");
        assertThat(events(stream(true, end, count))).containsExactly("{\"choices\":[{}]}",
                "{\"choices\":[],\"usage\":{\"v\":1}}", "[DONE]");
        assertThat(chunks(stream(true, end)).getLast().at("/usage/total_tokens").asInt()).isEqualTo(12);
    }

    @Test
    void aVendorsFrameOfUnknownMeaningPasses() {
        assertThat(events(stream(false, raw(WireBody.OPENAI_CHAT, "{\"prompt_filter_results\":[]}"),
                finish(Reason.STOP))).getFirst()).isEqualTo("{\"prompt_filter_results\":[]}");
    }

    @Test
    void neverEndsWithoutSayingWhy() {
        List<JsonNode> chunks = chunks(stream(true, new Text("a"), tool(0, "x", "t", "")));
        assertThat(chunks.get(chunks.size() - 2).at("/choices/0/finish_reason").asText()).isEqualTo("tool_calls");
        assertThat(chunks.getLast().has("usage")).isTrue();
        assertThat(chunks(stream(false)).getLast().at("/choices/0/finish_reason").asText()).isEqualTo("stop");
    }

    @Test
    void aStreamThatBreaksOffEndsWithAnErrorAndNothingElse() {
        StreamWriter writer = writer(true);
        String begun = written(writer, List.of(new Text("a")), null);
        List<String> all = events(begun + text(writer.failure(new Refusal(502, "stream_interrupted", "it broke", null,
                null))));

        assertThat(json(all.getLast()).get("error").toString()).isEqualTo(
                "{\"message\":\"it broke\",\"type\":\"server_error\",\"param\":null,\"code\":\"stream_interrupted\"}");
        assertThat(all).doesNotContain("[DONE]").noneMatch(each -> each.contains("\"finish_reason\":\"stop\""));
    }

    @Test
    void whatIsKnownLateStandsInTheLastChunk() {
        var late = new LateFacts(List.of("b/m"), List.of("seed"));
        String told = "{\"continued_by\":[\"b/m\"],\"ignored\":[\"seed\"]}";
        for (boolean counted : List.of(true, false)) {
            StreamWriter writer = writer(counted);
            writer.later(late);
            List<JsonNode> chunks = chunks(written(writer, List.of(new Text("a"), finish(Reason.STOP)), USAGE));
            assertThat(chunks.getLast().path("formulary").toString()).isEqualTo(told);
            assertThat(chunks.subList(0, chunks.size() - 1)).noneMatch(each -> each.has("formulary"));
            assertThat(chunks.getLast().has("usage")).isEqualTo(counted);
        }
        assertThat(stream(true, new Text("a"), finish(Reason.STOP))).doesNotContain("formulary");
    }

    @Test
    void behindAVendorsChunksOthersBearTheSameHead() {
        ReplyEvent vendors = raw(WireBody.OPENAI_CHAT,
                "{\"id\":\"v-1\",\"created\":7,\"model\":\"gpt\",\"choices\":[{}]}", new Text("h"));
        List<JsonNode> chunks = chunks(stream(true, vendors, new Text("i"), finish(Reason.STOP)));

        assertThat(chunks).hasSize(4).extracting(each -> each.path("id").asText() + each.path("created").asInt()
                + each.path("model").asText()).containsOnly("v-17gpt");
        assertThat(chunks.get(1).at("/choices/0/delta/content").asText()).isEqualTo("i");

        ReplyEvent nameless = raw(WireBody.OPENAI_CHAT, "{\"id\":\"\",\"choices\":[]}");
        assertThat(chunks(stream(false, nameless, new Text("i"), finish(Reason.STOP))).get(1).path("id").asText())
                .isEqualTo("chatcmpl-01CALL");
    }

    @Test
    void isServerSentEvents() {
        assertThat(new OpenAiChat().streamType()).isEqualTo("text/event-stream");
    }
}
