package dev.formulary.engine.dialect;

import static dev.formulary.engine.dialect.Wire.refusal;
import static dev.formulary.engine.dialect.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Format;
import dev.formulary.spi.ChatRequest.Image;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.ChatRequest.Sampling;
import dev.formulary.spi.ChatRequest.Text;
import dev.formulary.spi.ChatRequest.ToolCall;
import dev.formulary.spi.WireBody;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OllamaRequestTest {
    private static final OllamaChat DIALECT = new OllamaChat();

    private static Inquiry inquiry(String members) throws MalformedBodyException {
        return DIALECT.read(utf8("{\"model\":\"llama3\"" + members + "}"));
    }

    private static ChatRequest request(String members) throws MalformedBodyException {
        return inquiry(",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]" + members).request();
    }

    @Test
    void streamsUnlessToldNotTo() throws Exception {
        assertThat(request("").stream()).isTrue();
        assertThat(request(",\"stream\":false").stream()).isFalse();
        assertThat(request("").includeUsage()).isTrue();
        assertThat(Objects.requireNonNull(request("").source()).format()).isEqualTo(WireBody.OLLAMA_CHAT);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"''", ",\"messages\":[]", ",\"messages\":null", ",\"keep_alive\":-1"})
    void withoutMessagesTheModelIsOnlyMadeReady(String members) throws Exception {
        assertThat(inquiry(members).loadOnly()).isTrue();
        assertThat(inquiry(members).request().model()).isEqualTo("llama3");
    }

    @Test
    void options() throws Exception {
        assertThat(request(",\"options\":{\"temperature\":0,\"top_p\":0.9,\"num_predict\":5,\"num_ctx\":8192,"
                + "\"seed\":7,\"stop\":[\"a\"],\"mirostat\":1}").sampling())
                .isEqualTo(new Sampling(0.0, 0.9, 5, 7L, 8192, List.of("a")));
        assertThat(request(",\"options\":{\"num_predict\":-1}").sampling().maxTokens()).isNull();
        assertThat(request(",\"options\":{\"num_predict\":-2},\"format\":\"\"").sampling())
                .isEqualTo(Sampling.DEFAULT);
        assertThat(request(",\"options\":null").sampling()).isEqualTo(Sampling.DEFAULT);
    }

    @Test
    void picturesAreKnownByTheirFirstBytes() throws Exception {
        Message message = inquiry(
                ",\"messages\":[{\"role\":\"user\",\"content\":\"what?\",\"images\":[\"iVBORw0KGgo=\","
                        + "\"R0lGODdh\",\"UklGRg==\",\"/9j/4AAQ\"]}]")
                .request().messages().getFirst();
        assertThat(message.parts()).containsExactly(new Text("what?"), new Image("image/png", "iVBORw0KGgo=", false),
                new Image("image/gif", "R0lGODdh", false), new Image("image/webp", "UklGRg==", false),
                new Image("image/jpeg", "/9j/4AAQ", false));
    }

    @Test
    void toolsCallsAndResults() throws Exception {
        List<Message> messages = inquiry(",\"messages\":[{\"role\":\"system\",\"content\":\"s\"},"
                + "{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[{\"function\":{\"name\":\"on\","
                + "\"arguments\":{\"x\":1}}},{\"id\":\"c\",\"function\":{\"name\":\"off\"}}]},"
                + "{\"role\":\"tool\",\"content\":\"ok\",\"tool_name\":\"on\",\"tool_call_id\":\"c\"}]").request()
                .messages();
        assertThat(messages.get(1).parts()).isEmpty();
        assertThat(messages.get(1).toolCalls()).containsExactly(new ToolCall("call_1", "on", "{\"x\":1}"),
                new ToolCall("c", "off", "{}"));
        assertThat(messages.get(2)).isEqualTo(new Message(Role.TOOL, List.of(new Text("ok")), List.of(), "c", "on"));
        assertThat(request(",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"t\"}}]").tools()).hasSize(1);
    }

    @Test
    void theFormOfTheAnswer() throws Exception {
        assertThat(request("").format()).isEqualTo(new Format.Free());
        assertThat(request(",\"format\":\"\"").format()).isEqualTo(new Format.Free());
        assertThat(request(",\"format\":\"json\"").format()).isEqualTo(new Format.Json());
        assertThat(request(",\"format\":{\"type\":\"object\"}").format())
                .isEqualTo(new Format.Schema("answer", Map.of("type", "object"), true));
    }

    @Test
    void whatNobodyHereKnowsIsKept() throws Exception {
        assertThat(request(",\"shift\":true,\"options\":{\"num_gpu\":3,\"top_k\":5}").extra())
                .isEqualTo(Map.of("shift", true, "options.num_gpu", 3));
    }

    @Test
    void whatElseIsAskedForIsTyped() throws Exception {
        assertThat(request(",\"think\":\"low\",\"logprobs\":true,\"top_logprobs\":3,\"options\":{\"top_k\":40,"
                + "\"min_p\":0.1,\"frequency_penalty\":-1,\"presence_penalty\":1}").options())
                .isEqualTo(new ChatRequest.Options(40, 0.1, -1.0, 1.0, 3, ChatRequest.Effort.LOW, null, null, null,
                        Set.of()));
        assertThat(request(",\"think\":true").options().effort()).isEqualTo(ChatRequest.Effort.MEDIUM);
        assertThat(request(",\"think\":false").options().effort()).isEqualTo(ChatRequest.Effort.NONE);
        assertThat(request("").options()).isEqualTo(ChatRequest.Options.NONE);
    }

    @ParameterizedTest
    @CsvSource({"300, PT5M", "'\"5m\"', PT5M", "'\"1h30m\"', PT1H30M", "'\"1.5s\"', PT1.5S", "0, PT0S",
            "'\"30\"', PT30S",
            "-1, PT-1S", "'\"-5m\"', PT-1S", "'\"250ms\"', PT0.25S", "null, "})
    void howLongAModelStays(String json, @Nullable Duration time) throws Exception {
        assertThat(request(",\"keep_alive\":" + json).options().keepAlive()).isEqualTo(time);
    }

    @Test
    void thoughtsOfEarlierTurnsAreKept() throws Exception {
        assertThat(inquiry(",\"messages\":[{\"role\":\"assistant\",\"content\":\"a\",\"thinking\":\"hm\"}]")
                .request().messages().getFirst().parts())
                .containsExactly(new ChatRequest.Thought("hm", null), new ChatRequest.Text("a"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {",\"format\":\"xml\" | format", ",\"format\":7 | format",
            ",\"options\":[] | options", ",\"options\":{\"num_ctx\":0} | options.num_ctx",
            ",\"options\":{\"temperature\":3} | options.temperature", ",\"stream\":1 | stream",
            ",\"keep_alive\":\"soon\" | keep_alive", ",\"think\":\"hard\" | think",
            ",\"options\":{\"top_k\":-1} | options.top_k", ",\"messages\":{} | messages",
            ",\"messages\":[{\"role\":\"boss\"}] | messages[0].role",
            ",\"messages\":[{\"role\":\"user\",\"content\":[]}] | messages[0].content",
            ",\"messages\":[{\"role\":\"user\",\"images\":\"AA\"}] | messages[0].images",
            ",\"messages\":[{\"role\":\"user\",\"images\":[7]}] | messages[0].images",
            ",\"messages\":[{\"role\":\"assistant\",\"tool_calls\":{}}] | messages[0].tool_calls",
            ",\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{}]}] | messages[0].tool_calls[0].function.name"})
    void aWrongMemberIsNamed(String members, String param) {
        Refusal refusal = refusal(DIALECT, "{\"model\":\"m\"" + members + "}");
        assertThat(refusal.param()).isEqualTo(param);
        assertThat(refusal.status()).isEqualTo(400);
    }

    @Test
    void saysMissingRequestBodyAsOllamaDoes() {
        assertThat(refusal(DIALECT, "").message()).isEqualTo("missing request body");
        assertThat(refusal(DIALECT, "{}").param()).isEqualTo("model");
    }
}
