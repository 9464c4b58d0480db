package dev.formulary.engine.dialect;

import static dev.formulary.engine.dialect.Wire.HEAD;
import static dev.formulary.engine.dialect.Wire.collected;
import static dev.formulary.engine.dialect.Wire.finish;
import static dev.formulary.engine.dialect.Wire.json;
import static dev.formulary.engine.dialect.Wire.raw;
import static dev.formulary.engine.dialect.Wire.text;
import static dev.formulary.engine.dialect.Wire.tool;
import static dev.formulary.engine.dialect.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyEvent.Finish.Reason;
import dev.formulary.spi.ReplyEvent.Text;
import dev.formulary.spi.Usage;
import dev.formulary.spi.WireBody;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnthropicMessagesTest {
    private static final ChatDialect DIALECT = new AnthropicMessages();
    private static final ReplyHead UNASKED = new ReplyHead(HEAD.id(), HEAD.model(), HEAD.created(), null, false);

    private static JsonNode whole(ReplyEvent... events) {
        return json(DIALECT.whole(HEAD, collected(events)));
    }

    @Test
    void anAnswerIsAMessage() {
        var usage = new Usage(100, 9, 30, 4, 20, 0, 0, 0, false);
        assertThat(text(DIALECT.whole(HEAD, collected(new Text("Hel"), new Text("lo"), finish(Reason.STOP),
                new ReplyEvent.Accounting(usage))))).isEqualTo("{\"id\":\"msg_01CALL\",\"type\":\"message\","
                        + "\"role\":\"assistant\",\"model\":\"sim/fast\",\"content\":[{\"type\":\"text\","
                        + "\"text\":\"Hello\"}],\"stop_reason\":\"end_turn\",\"stop_sequence\":null,"
                        + "\"usage\":{\"input_tokens\":50,\"cache_creation_input_tokens\":20,"
                        + "\"cache_read_input_tokens\":30,\"output_tokens\":9,"
                        + "\"output_tokens_details\":{\"thinking_tokens\":4}}}");
    }

    @Test
    void whatIsKeptForAnHourIsCountedApart() {
        assertThat(whole(new Text("a"), new ReplyEvent.Accounting(new Usage(100, 9, 30, 0, 20, 15, 0, 0, 0, false)))
                .path("usage").toString()).isEqualTo("{\"input_tokens\":50,\"cache_creation_input_tokens\":20,"
                        + "\"cache_creation\":{\"ephemeral_5m_input_tokens\":5,\"ephemeral_1h_input_tokens\":15},"
                        + "\"cache_read_input_tokens\":30,\"output_tokens\":9}");
    }

    @Test
    void thoughtsComeFirstWithTheirSignatureAndCallsLast() {
        JsonNode content = whole(new ReplyEvent.Thinking("hm"), new ReplyEvent.Signature("anthropic:Eq==", -1),
                new Text("Look."), tool(0, "call.1", "weather", "{\"city\":"), tool(0, null, null, "\"Bern\"}"),
                new ReplyEvent.Signature("gemini:C", 0), tool(1, "", "now", ""), finish(Reason.STOP)).path("content");

        assertThat(content.toString()).isEqualTo("[{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"Eq==\"},"
                + "{\"type\":\"text\",\"text\":\"Look.\"},{\"type\":\"tool_use\",\"id\":\"call_1\",\"name\":\"weather\","
                + "\"signature\":\"gemini:C\",\"input\":{\"city\":\"Bern\"}},{\"type\":\"tool_use\","
                + "\"id\":\"call_01CALL_1\",\"name\":\"now\",\"input\":{}}]");
    }

    @Test
    void signaturesOfOthersKeepTheirKindAndUnsignedThoughtsHaveNone() {
        assertThat(whole(new ReplyEvent.Thinking("hm"), new ReplyEvent.Signature("gemini:C", -1))
                .at("/content/0/signature").asText()).isEqualTo("gemini:C");
        assertThat(whole(new ReplyEvent.Thinking("hm")).at("/content/0/signature").asText("?")).isEmpty();
    }

    @Test
    void whoDidNotAskForThoughtsFindsTheTextInTheFirstBlock() {
        JsonNode answer = json(DIALECT.whole(UNASKED, collected(new ReplyEvent.Thinking("hm"),
                new ReplyEvent.Signature("gemini:C", -1), new Text("Hi"))));
        assertThat(answer.path("content").toString()).isEqualTo("[{\"type\":\"text\",\"text\":\"Hi\"}]");
    }

    @ParameterizedTest
    @CsvSource({"STOP, end_turn", "LENGTH, max_tokens", "TOOL_CALLS, tool_use", "CONTENT_FILTER, refusal"})
    void whyItStopped(Reason reason, String word) {
        assertThat(whole(new Text("a"), finish(reason)).path("stop_reason").asText()).isEqualTo(word);
    }

    @Test
    void aModelThatDeclinesDoesSoInItsWords() {
        JsonNode answer = whole(new ReplyEvent.Refusal("I'd rather not."), finish(Reason.STOP));
        assertThat(answer.at("/content/0/text").asText()).isEqualTo("I'd rather not.");
        assertThat(answer.path("stop_reason").asText()).isEqualTo("refusal");
        assertThat(answer.path("stop_details").toString()).isEqualTo(
                "{\"type\":\"refusal\",\"category\":null,\"explanation\":\"I'd rather not.\"}");
    }

    @Test
    void argumentsThatAreNoObjectAreShownAndNotLost() {
        JsonNode call = whole(tool(0, "a", "t", "{\"tru"), finish(Reason.LENGTH));
        assertThat(call.at("/content/0/input/_unreadable").asText()).isEqualTo("{\"tru");
        assertThat(call.path("stop_reason").asText()).isEqualTo("max_tokens");
    }

    @Test
    void theVendorsOwnAnswerPassesByteForByte() {
        String answer = "{ \"id\":\"msg_1\",\"content\":[] ,\"new\":1.50}";
        assertThat(DIALECT.whole(HEAD, collected(raw(WireBody.ANTHROPIC_MESSAGES, answer, new Text("a")))))
                .isEqualTo(utf8(answer));
        assertThat(whole(raw(WireBody.OPENAI_CHAT, answer, new Text("a"))).at("/content/0/text").asText())
                .isEqualTo("a");
    }

    @ParameterizedTest
    @CsvSource({"400, invalid_request_error", "401, authentication_error", "403, permission_error",
            "404, not_found_error", "413, request_too_large", "429, rate_limit_error", "499, invalid_request_error",
            "500, api_error", "502, api_error", "503, overloaded_error", "504, timeout_error"})
    void errorsHaveTheTypeOfTheirStatusAndOurCode(int status, String type) {
        assertThat(text(DIALECT.error(new Refusal(status, "a_code", "why", null, null)))).isEqualTo(
                "{\"type\":\"error\",\"error\":{\"type\":\"" + type + "\",\"message\":\"why\",\"code\":\"a_code\"}}");
        assertThat(json(DIALECT.error(new Refusal(status, "a_code", "why", "model", null))).at("/error/param").asText())
                .isEqualTo("model");
    }

    @Test
    void anErrorCanBearTheIdOfItsRequest() {
        byte[] error = DIALECT.error(Refusal.badRequest("c", "m", null));
        assertThat(json(AnthropicMessages.identified(error, "req_1")).path("request_id").asText()).isEqualTo("req_1");
        assertThat(AnthropicMessages.identified(utf8("plain"), "req_1")).isEqualTo(utf8("plain"));
    }

    @Test
    void thatAPromptIsTooLongIsSaidInWordsThatClientsKnow() {
        assertThat(message("context_length_exceeded", "the prompt has about 9 tokens"))
                .isEqualTo("prompt is too long: the prompt has about 9 tokens");
        assertThat(message("context_length_exceeded", "prompt is too long: 9 tokens > 5 maximum"))
                .isEqualTo("prompt is too long: 9 tokens > 5 maximum");
        assertThat(message("other", "why")).isEqualTo("why");
    }

    private static String message(String code, String message) {
        return json(DIALECT.error(Refusal.badRequest(code, message, null))).at("/error/message").asText();
    }

    @Test
    void whoWaitsIsPingedAndAnErrorThenIsAnEvent() {
        assertThat(text(DIALECT.comment("waiting position=2")))
                .isEqualTo(": waiting position=2\nevent: ping\ndata: {\"type\":\"ping\"}\n\n");
        assertThat(text(DIALECT.inStream(utf8("{}")))).isEqualTo("event: error\ndata: {}\n\n");
        assertThat(DIALECT.streamType()).isEqualTo("text/event-stream");
        assertThat(json(DIALECT.loaded(HEAD, false)).path("type").asText()).isEqualTo("message");
    }
}
