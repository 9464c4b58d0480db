package dev.formulary.engine.dialect;

import static dev.formulary.engine.dialect.Wire.HEAD;
import static dev.formulary.engine.dialect.Wire.collected;
import static dev.formulary.engine.dialect.Wire.finish;
import static dev.formulary.engine.dialect.Wire.json;
import static dev.formulary.engine.dialect.Wire.raw;
import static dev.formulary.engine.dialect.Wire.text;
import static dev.formulary.engine.dialect.Wire.tool;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyEvent.Finish.Reason;
import dev.formulary.spi.ReplyEvent.Text;
import dev.formulary.spi.Usage;
import dev.formulary.spi.WireBody;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenAiChatTest {
    private static final OpenAiChat DIALECT = new OpenAiChat();

    private static JsonNode whole(ReplyEvent... events) {
        return json(DIALECT.whole(HEAD, collected(events)));
    }

    @Test
    void aWholeAnswerHasAllMembersThatClientsDemand() {
        JsonNode answer = whole(new Text("Hel"), new Text("lo"), finish(Reason.STOP),
                new ReplyEvent.Accounting(Usage.of(3, 2)));

        assertThat(answer.toString()).isEqualTo("{\"id\":\"chatcmpl-01CALL\",\"object\":\"chat.completion\","
                + "\"created\":" + HEAD.created().getEpochSecond()
                + ",\"model\":\"sim/fast\",\"choices\":[{\"index\":0,"
                + "\"message\":{\"role\":\"assistant\",\"content\":\"Hello\",\"refusal\":null},\"logprobs\":null,"
                + "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2,"
                + "\"total_tokens\":5,\"prompt_tokens_details\":{\"cached_tokens\":0,\"audio_tokens\":0},"
                + "\"completion_tokens_details\":{\"reasoning_tokens\":0,\"audio_tokens\":0}}}");
    }

    @Test
    void aRefusalHasAPlaceOfItsOwn() {
        JsonNode message = whole(new ReplyEvent.Refusal("I will not."), finish(Reason.STOP)).at("/choices/0/message");
        assertThat(message.get("content").isNull()).isTrue();
        assertThat(message.get("refusal").asText()).isEqualTo("I will not.");
    }

    @Test
    void signaturesLieWhereClientsKeepThem() {
        JsonNode message = whole(new ReplyEvent.Thinking("hm"), new ReplyEvent.Signature("k:1", -1),
                tool(0, "a", "f", "{}"), new ReplyEvent.Signature("k:2", 0), finish(Reason.TOOL_CALLS))
                .at("/choices/0/message");
        assertThat(message.at("/reasoning_details/0").toString())
                .isEqualTo("{\"type\":\"reasoning.text\",\"text\":\"hm\",\"signature\":\"k:1\",\"index\":0}");
        assertThat(message.at("/tool_calls/0/extra_content/google/thought_signature").asText()).isEqualTo("k:2");
    }

    @Test
    void probabilitiesOfTokens() {
        var other = new ReplyEvent.Logprobs.Token("b", -2, null, List.of());
        var token = new ReplyEvent.Logprobs.Token("a", -0.5, List.of(97), List.of(other));
        assertThat(whole(new Text("a"), new ReplyEvent.Logprobs(List.of(token)), finish(Reason.STOP))
                .at("/choices/0/logprobs").toString())
                .isEqualTo("{\"content\":[{\"token\":\"a\",\"logprob\":-0.5,\"bytes\":[97],\"top_logprobs\":["
                        + "{\"token\":\"b\",\"logprob\":-2.0,\"bytes\":null}]}],\"refusal\":null}");
    }

    @Test
    void classesOfTokens() {
        JsonNode usage = whole(new ReplyEvent.Accounting(new Usage(50, 20, 10, 5, 7, 8, 9, 3, false)),
                finish(Reason.STOP)).get("usage");
        assertThat(usage.get("prompt_tokens_details").toString()).isEqualTo(
                "{\"cached_tokens\":10,\"cache_write_tokens\":7,\"image_tokens\":8,\"audio_tokens\":9}");
        assertThat(usage.get("completion_tokens_details").toString())
                .isEqualTo("{\"reasoning_tokens\":5,\"audio_tokens\":3}");
    }

    @Test
    void anAnswerOfNoWordsIsAnEmptyString() {
        assertThat(whole(finish(Reason.CONTENT_FILTER)).at("/choices/0/message/content").asText("?")).isEmpty();
        assertThat(whole(finish(Reason.CONTENT_FILTER)).at("/choices/0/finish_reason").asText())
                .isEqualTo("content_filter");
    }

    @Test
    void usageIsThereAlsoWhenNobodyCounted() {
        assertThat(whole(new Text("a")).at("/usage/total_tokens").isInt()).isTrue();
    }

    @Test
    void callsOfToolsHaveIdsTypesAndArgumentsAsText() {
        JsonNode answer = whole(tool(0, "a", "on", "{\"x\""), tool(1, "", "off", ""), tool(0, null, null, ":1}"),
                finish(Reason.STOP));

        assertThat(answer.at("/choices/0/message/content").isNull()).isTrue();
        assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("tool_calls");
        assertThat(answer.at("/choices/0/message/tool_calls").toString()).isEqualTo(
                "[{\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"on\",\"arguments\":\"{\\\"x\\\":1}\"}},"
                        + "{\"id\":\"call_01CALL_1\",\"type\":\"function\",\"function\":{\"name\":\"off\",\"arguments\":\"{}\"}}]");
    }

    @Test
    void aPieceOfACallThatNeverBeganIsDropped() {
        assertThat(whole(tool(3, null, null, "{}"), finish(Reason.STOP)).at("/choices/0/message").has("tool_calls"))
                .isFalse();
    }

    @Test
    void wordsAndThinkingStandBesideCalls() {
        JsonNode message = whole(new ReplyEvent.Thinking("hm"), new Text("well"), tool(0, "a", "t", "{}"),
                finish(Reason.TOOL_CALLS)).at("/choices/0/message");
        assertThat(message.path("content").asText()).isEqualTo("well");
        assertThat(message.path("reasoning_content").asText()).isEqualTo("hm");
    }

    @Test
    void anAnswerInTheSameFormatPassesByteForByte() {
        String original = "{ \"id\" : \"vendor\", \"x\": 1.50 }";
        CollectedReply reply = collected(raw(WireBody.OPENAI_CHAT, original, new Text("a"), finish(Reason.LENGTH)));
        assertThat(text(DIALECT.whole(HEAD, reply))).isEqualTo(original);
        assertThat(reply.finish()).isEqualTo(Reason.LENGTH);
        assertThat(reply.characters()).isOne();
    }

    @Test
    void anAnswerInAnotherFormatOrInManyFramesIsWrittenAnew() {
        assertThat(whole(raw(WireBody.OLLAMA_CHAT, "{}", new Text("a"), finish(Reason.STOP)))
                .at("/choices/0/message/content").asText()).isEqualTo("a");
        assertThat(whole(raw(WireBody.OPENAI_CHAT, "{\"a\":1}", new Text("a")),
                raw(WireBody.OPENAI_CHAT, "{\"b\":1}", new Text("b"), finish(Reason.STOP)))
                .at("/choices/0/message/content").asText()).isEqualTo("ab");
    }

    @ParameterizedTest
    @CsvSource({"400, invalid_request_error", "401, authentication_error", "403, authentication_error",
            "404, invalid_request_error", "429, rate_limit_error", "500, server_error", "503, server_error"})
    void errorsHaveTypeParamAndCode(int status, String type) {
        JsonNode error = json(DIALECT.error(new Refusal(status, "some_code", "so it is", "model", null))).get("error");
        assertThat(error.toString()).isEqualTo("{\"message\":\"so it is\",\"type\":\"" + type
                + "\",\"param\":\"model\",\"code\":\"some_code\"}");
    }

    @ParameterizedTest
    @CsvSource({"PT0S, 1", "PT0.2S, 1", "PT1.001S, 2", "PT59S, 59", "PT10M, 60", "PT2562047788015215H, 60", "PT-5S, 1"})
    void waitsAreWholeSecondsThatClientsAccept(Duration asked, long seconds) {
        assertThat(new Refusal(429, "c", "m", null, asked).retryAfterSeconds()).isEqualTo(seconds);
    }

    @Test
    void nothingToWaitForIsZero() {
        assertThat(Refusal.badRequest("c", "m", null).retryAfterSeconds()).isZero();
    }

    @Test
    void isNamed() {
        assertThat(DIALECT.name()).isEqualTo(Dialect.OPENAI_CHAT);
        assertThat(json(DIALECT.loaded(HEAD, false)).path("object").asText()).isEqualTo("chat.completion");
    }
}
