package dev.formulary.engine.dialect;

import static dev.formulary.engine.dialect.Wire.HEAD;
import static dev.formulary.engine.dialect.Wire.collected;
import static dev.formulary.engine.dialect.Wire.finish;
import static dev.formulary.engine.dialect.Wire.json;
import static dev.formulary.engine.dialect.Wire.lines;
import static dev.formulary.engine.dialect.Wire.raw;
import static dev.formulary.engine.dialect.Wire.text;
import static dev.formulary.engine.dialect.Wire.tool;
import static dev.formulary.engine.dialect.Wire.written;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyEvent.Finish.Reason;
import dev.formulary.spi.ReplyEvent.Text;
import dev.formulary.spi.Usage;
import dev.formulary.spi.WireBody;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class OllamaChatTest {
    private static final OllamaChat DIALECT = new OllamaChat();

    private static List<JsonNode> stream(ReplyEvent... events) {
        return lines(written(DIALECT.stream(HEAD, true), List.of(events), Usage.of(4, 2)));
    }

    @Test
    void eachPieceIsALineAndTheLastSaysDone() {
        List<JsonNode> lines = stream(new Text("Hel"), new Text("lo"), finish(Reason.LENGTH));

        assertThat(lines).extracting(each -> each.path("done").asBoolean()).containsExactly(false, false, true);
        assertThat(lines).extracting(each -> each.at("/message/content").asText("?")).containsExactly("Hel", "lo", "");
        assertThat(lines).allSatisfy(line -> {
            assertThat(line.path("model").asText()).isEqualTo("sim/fast");
            assertThat(line.at("/message/role").asText()).isEqualTo("assistant");
            assertThat(Instant.parse(line.path("created_at").asText())).isNotNull();
        });
        assertThat(lines.getLast().path("done_reason").asText()).isEqualTo("length");
        assertThat(lines.getFirst().has("done_reason")).isFalse();
    }

    @Test
    void theLastLineCountsTokensAndNanoseconds() {
        JsonNode last = stream(new Text("a"), finish(Reason.STOP)).getLast();

        assertThat(last.path("prompt_eval_count").asInt()).isEqualTo(4);
        assertThat(last.path("eval_count").asInt()).isEqualTo(2);
        for (String duration : List.of("total_duration", "load_duration", "prompt_eval_duration", "eval_duration")) {
            assertThat(last.path(duration).isIntegralNumber()).as(duration).isTrue();
            assertThat(last.path(duration).asLong()).as(duration).isNotNegative();
        }
    }

    @Test
    void aDurationIsSinceTheCallCame() {
        var head = new ReplyHead("c", "m", Instant.now().minusSeconds(5));
        long nanos = json(DIALECT.whole(head, collected(new Text("a")))).path("total_duration").asLong();
        assertThat(nanos).isBetween(5_000_000_000L, 600_000_000_000L);
    }

    @Test
    void callsOfToolsAreWholeObjectsOnALineBeforeTheLast() {
        List<JsonNode> lines = stream(new Text("so"), tool(0, "a", "on", "{\n \"x\""), tool(1, "", "off", ""),
                tool(0, null, null, ":1}"), finish(Reason.TOOL_CALLS));

        assertThat(lines).hasSize(3);
        assertThat(lines.get(1).path("done").asBoolean(true)).isFalse();
        assertThat(lines.get(1).at("/message/tool_calls").toString()).isEqualTo(
                "[{\"id\":\"a\",\"function\":{\"index\":0,\"name\":\"on\",\"arguments\":{\"x\":1}}},"
                        + "{\"id\":\"call_01CALL_1\",\"function\":{\"index\":1,\"name\":\"off\",\"arguments\":{}}}]");
        assertThat(lines.get(2).path("done_reason").asText()).isEqualTo("stop");
        assertThat(lines.get(2).path("message").has("tool_calls")).isFalse();
    }

    @Test
    void argumentsThatAreNoObjectBecomeOne() {
        JsonNode broken = json(DIALECT.whole(HEAD, collected(tool(0, "a", "t", "{\"cut"), tool(1, "b", "u", "[1]"))));
        assertThat(broken.at("/message/tool_calls/0/function/arguments").toString())
                .isEqualTo("{\"_unreadable\":\"{\\\"cut\"}");
        assertThat(broken.at("/message/tool_calls/1/function/arguments").toString())
                .isEqualTo("{\"_unreadable\":\"[1]\"}");
    }

    @Test
    void aWholeAnswerIsTheLastLineWithTheWords() {
        JsonNode answer = json(DIALECT.whole(HEAD, collected(new ReplyEvent.Thinking("hm"), new Text("Hi"),
                finish(Reason.STOP), new ReplyEvent.Accounting(Usage.of(1, 1)))));
        assertThat(answer.path("done").asBoolean()).isTrue();
        assertThat(answer.at("/message/content").asText()).isEqualTo("Hi");
        assertThat(answer.at("/message/thinking").asText()).isEqualTo("hm");
        assertThat(answer.path("eval_count").asInt()).isOne();
    }

    @Test
    void thinkingIsAMemberOfItsOwn() {
        JsonNode line = stream(new ReplyEvent.Thinking("hm"), finish(Reason.STOP)).getFirst();
        assertThat(line.at("/message/thinking").asText()).isEqualTo("hm");
        assertThat(line.at("/message/content").asText("?")).isEmpty();
    }

    @Test
    void linesOfTheSameFormatPassByteForByteAndAreNotEndedTwice() {
        String a = "{ \"message\":{\"content\":\"h\\u00e9\"},\"done\":false}";
        String b = "{\"done\":true,\"done_reason\":\"stop\",\"x\":1.50}";
        String sent = written(DIALECT.stream(HEAD, true), List.of(raw(WireBody.OLLAMA_CHAT, a, new Text("hé")),
                raw(WireBody.OLLAMA_CHAT, b, finish(Reason.STOP)), new ReplyEvent.Accounting(Usage.NONE)), Usage.NONE);
        assertThat(sent).isEqualTo(a + "\n" + b + "\n");

        assertThat(text(DIALECT.whole(HEAD, collected(raw(WireBody.OLLAMA_CHAT, b, finish(Reason.STOP))))))
                .isEqualTo(b);
    }

    @Test
    void errorsAreAStringAlsoInTheMiddleOfAStream() {
        var refusal = new Refusal(404, "model_not_found", "model 'x' not found", "model", null);
        assertThat(text(DIALECT.error(refusal))).isEqualTo("{\"error\":\"model 'x' not found\"}");
        assertThat(text(DIALECT.stream(HEAD, true).failure(refusal)))
                .isEqualTo("{\"error\":\"model 'x' not found\"}\n");
    }

    @Test
    void whatIsKnownLateStandsInTheLastLine() {
        StreamWriter writer = DIALECT.stream(HEAD, true);
        writer.later(new LateFacts(List.of("b/m"), List.of()));
        String sent = written(writer, List.of(new Text("a"), finish(Reason.STOP)), Usage.NONE);
        String[] lines = sent.split("\n", -1);

        assertThat(json(lines[lines.length - 2]).path("formulary").toString())
                .isEqualTo("{\"continued_by\":[\"b/m\"]}");
        assertThat(lines[0]).doesNotContain("formulary");
    }

    @Test
    void aModelThatWasOnlyMadeReadySaysSo() {
        JsonNode answer = json(DIALECT.loaded(HEAD, false));
        assertThat(answer.path("done").asBoolean()).isTrue();
        assertThat(answer.path("done_reason").asText()).isEqualTo("load");
        assertThat(answer.at("/message/content").asText("?")).isEmpty();
        assertThat(json(DIALECT.loaded(HEAD, true)).path("done_reason").asText()).isEqualTo("unload");
    }

    @Test
    void isNamed() {
        assertThat(DIALECT.name()).isEqualTo(Dialect.OLLAMA_CHAT);
        assertThat(DIALECT.streamType()).isEqualTo("application/x-ndjson");
    }
}
