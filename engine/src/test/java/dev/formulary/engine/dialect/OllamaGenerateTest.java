package dev.formulary.engine.dialect;

import static dev.formulary.engine.dialect.Wire.json;
import static dev.formulary.engine.dialect.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Effort;
import dev.formulary.spi.ChatRequest.Format;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyEvent.Finish.Reason;
import dev.formulary.spi.Usage;
import dev.formulary.spi.WireBody;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OllamaGenerateTest {
    private static final ChatDialect GENERATE = Dialects.of("ollama-generate").orElseThrow();
    private static final List<ReplyEvent> ANSWER = List.of(new ReplyEvent.Thinking("hm"), new ReplyEvent.Text("Hel"),
            new ReplyEvent.Text("lo"), new ReplyEvent.Finish(Reason.LENGTH));

    private static Inquiry read(String members) throws MalformedBodyException {
        return GENERATE.read(utf8(("{'model':'m'" + members + "}").replace('\'', '"')));
    }

    @Test
    void aPromptIsWhatAPersonSays() throws Exception {
        ChatRequest asked = read(",'prompt':'hi','system':'be brief','images':['iVBORw0KGgo='],'format':'json',"
                + "'think':true,'keep_alive':1800,'options':{'temperature':0,'num_predict':7,'mirostat':1}").request();

        assertThat(asked.messages()).extracting(ChatRequest.Message::role).containsExactly(Role.SYSTEM, Role.USER);
        assertThat(asked.messages().getLast().parts()).containsExactly(new ChatRequest.Text("hi"),
                new ChatRequest.Image("image/png", "iVBORw0KGgo=", false));
        assertThat(asked.stream()).as("streams unless it is told not to").isTrue();
        assertThat(asked.format()).isInstanceOf(Format.Json.class);
        assertThat(asked.sampling().maxTokens()).isEqualTo(7);
        assertThat(asked.options().effort()).isEqualTo(Effort.MEDIUM);
        assertThat(asked.options().keepAlive()).isEqualTo(Duration.ofMinutes(30));
        assertThat(asked.extra()).containsOnlyKeys("options.mirostat");
        assertThat(GENERATE.name()).isEqualTo(Dialect.OLLAMA_GENERATE).matches(Dialect::ollama);
    }

    @ParameterizedTest
    @CsvSource({"raw,true", "suffix,'end'", "template,'{{ .Prompt }}'", "context,[1]"})
    void whatOnlySuchAServerCanDoIsEssential(String name, String value) throws Exception {
        String json = value.matches("true|\\[.*") ? value : "'" + value + "'";
        ChatRequest asked = read(",'prompt':'hi','" + name + "':" + json).request();

        assertThat(asked.extra()).containsOnlyKeys(name);
        assertThat(asked.options().essential()).contains(name);
        assertThat(asked.source()).extracting(WireBody::format).isEqualTo(WireBody.OLLAMA_GENERATE);
    }

    @Test
    void whatSaysNothingIsNoDemand() throws Exception {
        assertThat(read(",'prompt':'hi','raw':false,'suffix':'','template':null,'context':[]").request().extra())
                .isEmpty();
        assertThat(read(",'prompt':'def f(','suffix':'return 1'").request().messages().getFirst().plainText())
                .as("what is screened").isEqualTo("def f(return 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",'prompt':''", ",'prompt':'','keep_alive':0", ",'system':'x'"})
    void withoutAPromptTheModelIsLoadedOrUnloaded(String members) throws Exception {
        assertThat(read(members).loadOnly()).isTrue();
        assertThat(json(GENERATE.loaded(Wire.HEAD, false)).path("done_reason").asText()).isEqualTo("load");
        assertThat(json(GENERATE.loaded(Wire.HEAD, true)).path("done_reason").asText()).isEqualTo("unload");
    }

    @Test
    void aWholeAnswerIsOneObject() {
        var reply = new CollectedReply();
        ANSWER.forEach(reply::add);
        reply.add(new ReplyEvent.Accounting(Usage.of(3, 2)));

        JsonNode answer = json(GENERATE.whole(Wire.HEAD, reply));

        assertThat(answer.path("response").asText()).isEqualTo("Hello");
        assertThat(answer.path("thinking").asText()).isEqualTo("hm");
        assertThat(answer.path("done").asBoolean()).isTrue();
        assertThat(answer.path("done_reason").asText()).isEqualTo("length");
        assertThat(answer.path("prompt_eval_count").asInt()).isEqualTo(3);
        assertThat(answer.path("eval_count").asInt()).isEqualTo(2);
        assertThat(answer.path("total_duration").isIntegralNumber()).isTrue();
        assertThat(answer.has("message")).isFalse();
    }

    @Test
    void aStreamIsALineAPieceAndALastOneWithTheCounts() {
        String written = Wire.written(GENERATE.stream(Wire.HEAD, true), ANSWER, Usage.of(3, 2));

        List<JsonNode> lines = written.lines().map(Wire::json).toList();
        assertThat(lines).extracting(line -> line.path("response").asText()).containsExactly("", "Hel", "lo", "");
        assertThat(lines.getFirst().path("thinking").asText()).isEqualTo("hm");
        assertThat(lines).extracting(line -> line.path("done").asBoolean()).containsExactly(false, false, false, true);
        assertThat(lines.getLast().path("eval_count").asInt()).isEqualTo(2);
        assertThat(lines.getLast().path("done_reason").asText()).isEqualTo("length");
        assertThat(GENERATE.streamType()).isEqualTo("application/x-ndjson");
    }

    @Test
    void whatComesInThisFormatGoesOnAsItCame() {
        byte[] line = utf8("{\"response\":\"x\",\"done\":true,\"context\":[1,2]}");
        var frame = new ReplyEvent.Native(new WireBody(WireBody.OLLAMA_GENERATE, line, List.of()),
                List.of(new ReplyEvent.Finish(Reason.STOP)));

        assertThat(Wire.written(GENERATE.stream(Wire.HEAD, true), List.of(frame), Usage.NONE))
                .isEqualTo("{\"response\":\"x\",\"done\":true,\"context\":[1,2]}\n");
        var reply = new CollectedReply();
        reply.add(frame);
        assertThat(GENERATE.whole(Wire.HEAD, reply)).isEqualTo(line);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
            ",'prompt':1                | 'prompt' must be a string",
            ",'prompt':'a','images':'x' | 'images' must be an array",
            ",'system':{}               | 'system' must be a string",
            ",'prompt':'a','format':7   | 'format' must be"})
    void whatIsWrongIsNamed(String members, String message) {
        assertThatThrownBy(() -> read(members)).isInstanceOf(MalformedBodyException.class)
                .hasMessageContaining(message);
    }

    @Test
    void anEmptyBodyAndAMissingModelAreToldAsOllamaDoes() {
        assertThatThrownBy(() -> GENERATE.read(new byte[0])).hasMessage("missing request body");
        assertThatThrownBy(() -> GENERATE.read(utf8("{}"))).hasMessageContaining("'model'");
        assertThat(json(GENERATE.error(Refusal.badRequest("c", "wrong", null)))).hasToString("{\"error\":\"wrong\"}");
    }
}
