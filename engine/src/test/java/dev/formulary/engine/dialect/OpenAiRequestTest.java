package dev.formulary.engine.dialect;

import static dev.formulary.engine.dialect.Wire.refusal;
import static dev.formulary.engine.dialect.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Format;
import dev.formulary.spi.ChatRequest.Image;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Opaque;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.ChatRequest.Sampling;
import dev.formulary.spi.ChatRequest.Text;
import dev.formulary.spi.ChatRequest.ToolCall;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenAiRequestTest {
    private static final OpenAiChat DIALECT = new OpenAiChat();

    private static Inquiry inquiry(String members) throws MalformedBodyException {
        return DIALECT.read(utf8("{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]" + members
                + "}"));
    }

    private static ChatRequest request(String members) throws MalformedBodyException {
        return inquiry(members).request();
    }

    private static List<Message> messages(String messages) throws MalformedBodyException {
        return DIALECT.read(utf8("{\"model\":\"m\",\"messages\":[" + messages + "]}")).request().messages();
    }

    @Test
    void theLeastThatIsARequest() throws Exception {
        ChatRequest request = request("");
        assertThat(request.model()).isEqualTo("auto");
        assertThat(request.messages()).containsExactly(Message.text(Role.USER, "hi"));
        assertThat(request.sampling()).isEqualTo(Sampling.DEFAULT);
        assertThat(request.format()).isEqualTo(new Format.Free());
        assertThat(request.stream()).isFalse();
        assertThat(request.includeUsage()).isFalse();
        assertThat(request.tools()).isEmpty();
        assertThat(request.toolChoice()).isNull();
        assertThat(inquiry("").loadOnly()).isFalse();
    }

    @Test
    void everyRoleIsUnderstood() throws Exception {
        assertThat(messages("""
            {"role":"developer","content":"a"},{"role":"system","content":"b"},{"role":"user","content":"c"},
            {"role":"assistant","content":null},{"role":"tool","tool_call_id":"x","content":"d"},
            {"role":"function","name":"f","content":"e"}""")).extracting(Message::role).containsExactly(Role.SYSTEM,
                Role.SYSTEM, Role.USER, Role.ASSISTANT, Role.TOOL, Role.TOOL);
    }

    @Test
    void everyKindOfPartIsUnderstood() throws Exception {
        assertThat(messages("""
            {"role":"user","name":"eve","content":[{"type":"text","text":"a","cache_control":{}},
            {"type":"image_url","image_url":{"url":"https://x/y.png","detail":"low"}},
            {"type":"image_url","image_url":"data:image/png;base64,AAA="},
            {"type":"image_url","image_url":{"url":"data:image/svg+xml;charset=utf-8;base64,BBB="}},
            {"type":"input_audio","input_audio":{"data":"QQ==","format":"mp3"}},{"type":"file","file":{"file_id":"f"}},
            {"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBE"}}]}""")
                .getFirst()).isEqualTo(new Message(Role.USER,
                        List.of(new Text("a"), new Image("", "https://x/y.png", true),
                                new Image("image/png", "AAA=", false), new Image("image/svg+xml", "BBB=", false),
                                new ChatRequest.Audio("audio/mpeg", "QQ=="), new Opaque("file"),
                                new ChatRequest.Document("application/pdf", "JVBE", false, "a.pdf")),
                        List.of(), null, "eve"));
    }

    @Test
    void callsOfToolsAndTheirResults() throws Exception {
        List<Message> messages = messages("""
            {"role":"assistant","content":null,"tool_calls":[{"id":"a","type":"function","function":{"name":"on",
            "arguments":"{\\"x\\":1}"}},{"id":"b","type":"function","function":{"name":"off","arguments":""}}]},
            {"role":"tool","tool_call_id":"a","content":[{"type":"text","text":"done"}]}""");
        assertThat(messages.getFirst().parts()).isEmpty();
        assertThat(messages.getFirst().toolCalls()).containsExactly(new ToolCall("a", "on", "{\"x\":1}"),
                new ToolCall("b", "off", "{}"));
        assertThat(messages.getLast().toolCallId()).isEqualTo("a");
        assertThat(messages.getLast().plainText()).isEqualTo("done");
    }

    @Test
    void theMannerOfAnswering() throws Exception {
        assertThat(request(",\"temperature\":0.5,\"top_p\":1,\"max_tokens\":10,\"seed\":-4,\"stop\":[\"a\",\"b\"]")
                .sampling()).isEqualTo(new Sampling(0.5, 1.0, 10, -4L, null, List.of("a", "b")));
        assertThat(request(",\"max_tokens\":10,\"max_completion_tokens\":20,\"stop\":\"END\"").sampling())
                .isEqualTo(new Sampling(null, null, 20, null, null, List.of("END")));
        assertThat(request(",\"temperature\":null,\"seed\":null,\"stop\":null,\"tools\":null,\"stream\":null,"
                + "\"metadata\":null,\"response_format\":null,\"tool_choice\":null").sampling())
                .isEqualTo(Sampling.DEFAULT);
    }

    @Test
    void streamsAndCounts() throws Exception {
        assertThat(request(",\"stream\":true").stream()).isTrue();
        assertThat(request(",\"stream\":true").includeUsage()).isFalse();
        assertThat(request(",\"stream\":true,\"stream_options\":{\"include_usage\":true}").includeUsage()).isTrue();
    }

    @Test
    void toolsAndTheChoiceOfThem() throws Exception {
        ChatRequest request = request(",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"t\","
                + "\"description\":\"d\",\"parameters\":{\"type\":\"object\",\"n\":[1,2.5,null,true]}}},"
                + "{\"type\":\"function\",\"function\":{\"name\":\"bare\"}}],\"tool_choice\":\"required\"");
        assertThat(request.toolChoice()).isEqualTo("required");
        assertThat(request.tools()).containsExactly(
                new ChatRequest.Tool("t", "d", Map.of("type", "object", "n", Arrays.asList(1, 2.5, null, true))),
                new ChatRequest.Tool("bare", null, Map.of()));
        assertThat(request(",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"t\"}}").toolChoice())
                .isEqualTo("=t");
        assertThat(request(",\"tool_choice\":{\"type\":\"allowed_tools\"}").toolChoice()).isEqualTo("auto");
        assertThat(request(",\"tool_choice\":\"none\"").toolChoice()).isEqualTo("none");
    }

    @Test
    void theFormOfTheAnswer() throws Exception {
        assertThat(request(",\"response_format\":{\"type\":\"text\"}").format()).isEqualTo(new Format.Free());
        assertThat(request(",\"response_format\":{\"type\":\"json_object\"}").format()).isEqualTo(new Format.Json());
        assertThat(request(",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"s\","
                + "\"strict\":true,\"schema\":{\"type\":\"object\"}}}").format())
                .isEqualTo(new Format.Schema("s", Map.of("type", "object"), true));
    }

    @Test
    void whatNobodyHereKnowsIsKept() throws Exception {
        ChatRequest request = request(",\"logit_bias\":{\"1\":-100},\"store\":null");
        assertThat(request.extra()).containsEntry("logit_bias", Map.of("1", -100)).containsEntry("store", null)
                .hasSize(2);
        assertThat(request.source()).isNotNull().matches(body -> body.has("logit_bias"));
    }

    @Test
    void whatElseIsAskedForIsTyped() throws Exception {
        assertThat(
                request(",\"top_k\":40,\"min_p\":0.1,\"frequency_penalty\":-2,\"presence_penalty\":2,\"logprobs\":true,"
                        + "\"top_logprobs\":20,\"reasoning_effort\":\"xhigh\",\"parallel_tool_calls\":false,\"user\":\"eve\"")
                        .options())
                .usingRecursiveComparison().ignoringFields("essential").isEqualTo(new ChatRequest.Options(40, 0.1, -2.0,
                        2.0, 20, ChatRequest.Effort.MAX, false, "eve", null, Set.of()));
        assertThat(request(",\"logprobs\":true").options().topLogprobs()).isZero();
        assertThat(request(",\"top_logprobs\":3").options().topLogprobs()).isNull();
        assertThat(request(",\"safety_identifier\":\"a\",\"user\":\"b\"").options().endUser()).isEqualTo("a");
    }

    @Test
    void aProviderOfAnotherFormatCanNotLeaveOutWhatChangesTheAnswer() throws Exception {
        ChatRequest tuned = request(",\"logit_bias\":{\"1\":-100},\"store\":true");
        assertThat(tuned.ignoring(Set.of("store"))).containsExactly(new ReplyEvent.Ignored("logit_bias"));
        ChatRequest searching = request(",\"web_search_options\":{}");
        assertThatThrownBy(() -> searching.ignoring(Set.of())).isInstanceOf(ProviderException.class)
                .hasMessageContaining("web_search_options");
        assertThat(searching.ignoring(Set.of("web_search_options"))).isEmpty();
    }

    @Test
    void whatWasThoughtAndSignedComesBack() throws Exception {
        Message turn = messages("""
            {"role":"assistant","content":"a","reasoning_content":"hm","reasoning_details":[{"type":"reasoning.text",
            "signature":"k:1"}],"tool_calls":[{"id":"c","function":{"name":"f","arguments":"{}"},
            "extra_content":{"google":{"thought_signature":"k:2"}}}]}""").getFirst();
        assertThat(turn.parts()).containsExactly(new ChatRequest.Thought("hm", "k:1"), new Text("a"));
        assertThat(turn.toolCalls()).containsExactly(new ToolCall("c", "f", "{}", "k:2"));
        assertThat(messages("""
            {"role":"assistant","content":[{"type":"refusal","refusal":"no"}],"reasoning_details":[{"text":"h"},
            {"text":"m"}]}""").getFirst().parts()).containsExactly(new ChatRequest.Thought("hm", null), new Text("no"));
    }

    @Test
    void metadataBecomesText() throws Exception {
        assertThat(inquiry(",\"metadata\":{\"need\":\"mindfulness\",\"paid\":true,\"n\":7,\"none\":null}").metadata())
                .isEqualTo(Map.of("need", "mindfulness", "paid", "true", "n", "7"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            ",\"logprobs\":1 | logprobs | 'logprobs' must be true or false",
            ",\"top_logprobs\":21,\"logprobs\":true | top_logprobs | 'top_logprobs' must be a whole number from 0 to 20",
            ",\"reasoning_effort\":\"much\" | reasoning_effort | 'reasoning_effort' must be none, minimal, low, medium, high, xhigh or max",
            ",\"temperature\":2.1 | temperature | 'temperature' must be a number from 0 to 2",
            ",\"temperature\":\"hot\" | temperature | 'temperature' must be a number from 0 to 2",
            ",\"top_p\":-0.1 | top_p | 'top_p' must be a number from 0 to 1",
            ",\"max_tokens\":0 | max_tokens | 'max_tokens' must be a whole number of at least 1",
            ",\"max_completion_tokens\":1.5 | max_completion_tokens | 'max_completion_tokens' must be a whole number of at least 1",
            ",\"max_tokens\":3000000000 | max_tokens | 'max_tokens' must be a whole number of at least 1",
            ",\"seed\":\"x\" | seed | 'seed' must be a whole number",
            ",\"stop\":7 | stop | 'stop' must be an array",
            ",\"stop\":[7] | stop | 'stop' must be a string that is not empty",
            ",\"stream\":\"yes\" | stream | 'stream' must be true or false",
            ",\"stream_options\":{\"include_usage\":1} | stream_options.include_usage | 'stream_options.include_usage' must be true or false",
            ",\"tools\":{} | tools | 'tools' must be an array",
            ",\"tools\":[{}] | tools[0].function.name | 'tools[0].function.name' must be a string that is not empty",
            ",\"tools\":[{\"function\":{\"name\":\"t\",\"parameters\":[]}}] | tools[0].function.parameters | 'tools[0].function.parameters' must be an object",
            ",\"tool_choice\":\"any\" | tool_choice | 'tool_choice' must be auto, none, required, or an object",
            ",\"response_format\":{\"type\":\"xml\"} | response_format.type | 'response_format.type' must be text, json_object or json_schema",
            ",\"metadata\":[] | metadata | 'metadata' must be an object"})
    void aWrongMemberIsNamedWithWhatWouldBeRight(String members, String param, String message) {
        Refusal refusal = refusal(DIALECT, "{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]"
                + members + "}");
        assertThat(refusal.code()).isEqualTo("invalid_value");
        assertThat(refusal.param()).isEqualTo(param);
        assertThat(refusal.message()).isEqualTo(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "{\"role\":\"boss\",\"content\":\"\"} | messages[0].role",
            "{\"content\":\"\"} | messages[0].role", "7 | messages[0].role",
            "{\"role\":\"user\",\"content\":7} | messages[0].content",
            "{\"role\":\"user\",\"content\":[{\"text\":\"a\"}]} | messages[0].content[0].type",
            "{\"role\":\"user\",\"content\":[{\"type\":\"image_url\"}]} | messages[0].content[0].image_url.url",
            "{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":\"data:image/png,AA\"}]} | messages[0].content[0].image_url",
            "{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":\"data:\"}]} | messages[0].content[0].image_url",
            "{\"role\":\"assistant\",\"tool_calls\":{}} | messages[0].tool_calls",
            "{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"a\"}]} | messages[0].tool_calls[0].function.name"})
    void aWrongMessageIsPointedAt(String message, String param) {
        assertThat(refusal(DIALECT, "{\"model\":\"m\",\"messages\":[" + message + "]}").param()).isEqualTo(param);
    }

    @Test
    void aModelAndMessagesAreNeeded() {
        assertThat(refusal(DIALECT, "{\"messages\":[]}").param()).isEqualTo("model");
        assertThat(refusal(DIALECT, "{\"model\":\"m\"}").param()).isEqualTo("messages");
        assertThat(refusal(DIALECT, "{\"model\":\"m\",\"messages\":[]}").code()).isEqualTo("empty_array");
    }

    @Test
    void moreThanOneAnswerIsRefusedAndNotIgnored() throws Exception {
        assertThat(request(",\"n\":1").model()).isEqualTo("auto");
        Refusal refusal = refusal(DIALECT,
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"n\":2}");
        assertThat(refusal.code()).isEqualTo("unsupported_parameter");
        assertThat(refusal.param()).isEqualTo("n");
    }
}
