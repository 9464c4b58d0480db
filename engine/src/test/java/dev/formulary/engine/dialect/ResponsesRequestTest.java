package dev.formulary.engine.dialect;

import static dev.formulary.engine.dialect.Wire.refusal;
import static dev.formulary.engine.dialect.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Format;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.ChatRequest.Text;
import dev.formulary.spi.ChatRequest.Thought;
import dev.formulary.spi.ChatRequest.Tool;
import dev.formulary.spi.ChatRequest.ToolCall;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponsesRequestTest {
    private static final OpenAiResponses DIALECT = new OpenAiResponses();

    private static Inquiry inquiry(String members) {
        try {
            return DIALECT.read(utf8("{\"model\":\"auto\"," + members + "}"));
        } catch (MalformedBodyException e) {
            throw new AssertionError(e);
        }
    }

    private static ChatRequest read(String members) {
        return inquiry(members).request();
    }

    private static List<Message> items(String items) {
        return read("\"input\":[" + items + "]").messages();
    }

    @Test
    void aTextIsWhatThePersonSaysBehindTheInstructions() {
        assertThat(read("\"input\":\"hi\",\"instructions\":\"Be brief.\"").messages()).containsExactly(
                Message.text(Role.SYSTEM, "Be brief."), Message.text(Role.USER, "hi"));
        assertThat(read("\"input\":\"hi\",\"instructions\":\"\"").messages()).hasSize(1);
        assertThat(inquiry("\"input\":\"hi\",\"metadata\":{\"need\":\"sleep\"}").metadata()).containsEntry("need",
                "sleep");
    }

    @Test
    void whatTheAssistantDidBetweenTwoTurnsOfThePersonIsOneTurn() {
        List<Message> read = items("""
            {"role":"user","content":[{"type":"input_text","text":"Weather?"}]},
            {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"I must look"}],
             "encrypted_content":"anthropic:sig"},
            {"type":"message","id":"msg_1","role":"assistant","content":[{"type":"output_text","text":"I look."}]},
            {"type":"function_call","call_id":"c1","name":"weather","arguments":"{\\"city\\":\\"Bern\\"}"},
            {"type":"function_call","call_id":"c2","name":"time","arguments":""},
            {"type":"function_call_output","call_id":"c1","output":"sun"},
            {"type":"function_call_output","call_id":"c2","output":[{"type":"input_text","text":"noon"}]},
            {"role":"developer","content":"Be brief."}""");
        assertThat(read).containsExactly(Message.text(Role.USER, "Weather?"),
                new Message(Role.ASSISTANT, List.of(new Thought("I must look", "anthropic:sig"), new Text("I look.")),
                        List.of(new ToolCall("c1", "weather", "{\"city\":\"Bern\"}"), new ToolCall("c2", "time", "{}")),
                        null, null),
                new Message(Role.TOOL, List.of(new Text("sun")), List.of(), "c1", null),
                new Message(Role.TOOL, List.of(new Text("noon")), List.of(), "c2", null),
                Message.text(Role.SYSTEM, "Be brief."));
    }

    @Test
    void twoAnswersInSuccessionStayTwoAndThoughtsGoWithTheLatter() {
        List<Message> read = items("""
            {"role":"assistant","content":"one"},
            {"type":"reasoning","summary":[],"content":[{"type":"reasoning_text","text":"hm"}]},
            {"role":"assistant","content":[{"type":"refusal","refusal":"no"}]}""");
        assertThat(read).extracting(Message::parts).containsExactly(List.of(new Text("one")),
                List.of(new Thought("hm", null), new Text("no")));
    }

    @Test
    void picturesFilesAndSoundAreRead() {
        List<Message> read = items("""
            {"role":"user","content":[
              {"type":"input_image","image_url":"data:image/png;base64,iVBORw0KGgo=","detail":"low"},
              {"type":"input_image","image_url":"https://example.org/a.png"},
              {"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,JVBERi0="},
              {"type":"input_file","file_url":"https://example.org/a.pdf"},
              {"type":"input_audio","input_audio":{"data":"UklGRg==","format":"wav"}}]}""");
        assertThat(read.getFirst().parts()).containsExactly(
                new ChatRequest.Image("image/png", "iVBORw0KGgo=", false),
                new ChatRequest.Image("", "https://example.org/a.png", true),
                new ChatRequest.Document("application/pdf", "JVBERi0=", false, "a.pdf"),
                new ChatRequest.Document("", "https://example.org/a.pdf", true, null),
                new ChatRequest.Audio("audio/wav", "UklGRg=="));
    }

    @Test
    void signaturesOfCallsComeBackToTheirCalls() {
        String carried = SignedCalls.write(Map.of("c2", "gemini:abc"));
        List<Message> read = items("""
            {"type":"function_call","call_id":"c1","name":"a","arguments":"{}"},
            {"type":"function_call","call_id":"c2","name":"b","arguments":"{}"},
            {"type":"reasoning","summary":[],"encrypted_content":"%s"},
            {"type":"function_call_output","call_id":"c1","output":"1"},
            {"type":"function_call_output","call_id":"c2","output":"2"}""".formatted(carried));
        assertThat(read).hasSize(3);
        assertThat(read.getFirst().parts()).isEmpty();
        assertThat(read.getFirst().toolCalls()).containsExactly(new ToolCall("c1", "a", "{}"),
                new ToolCall("c2", "b", "{}", "gemini:abc"));
        assertThat(items("{\"type\":\"reasoning\",\"encrypted_content\":\"" + "formulary-calls:###\"},"
                + "{\"role\":\"user\",\"content\":\"hi\"}")).hasSize(1);
    }

    @Test
    void toolsAndWhichMayBeCalled() {
        String tools = "\"input\":\"hi\",\"tools\":[{\"type\":\"function\",\"name\":\"a\",\"parameters\":{\"x\":1},"
                + "\"strict\":true},{\"type\":\"function\",\"name\":\"b\",\"description\":\"d\",\"parameters\":null}]";
        Tool a = new Tool("a", null, Map.of("x", 1), true);
        Tool b = new Tool("b", "d", Map.of(), false);
        assertThat(read(tools).tools()).containsExactly(a, b);
        assertThat(read(tools).toolChoice()).isNull();
        assertThat(read(tools + ",\"tool_choice\":\"required\"").toolChoice()).isEqualTo("required");
        assertThat(read(tools + ",\"tool_choice\":{\"type\":\"function\",\"name\":\"b\"}").toolChoice())
                .isEqualTo("=b");
        ChatRequest allowed = read(tools + ",\"tool_choice\":{\"type\":\"allowed_tools\",\"mode\":\"required\","
                + "\"tools\":[{\"type\":\"function\",\"name\":\"b\"}]}");
        assertThat(allowed.tools()).containsExactly(b);
        assertThat(allowed.toolChoice()).isEqualTo("required");
    }

    @Test
    void theFormOfTheAnswer() {
        assertThat(read("\"input\":\"hi\"").format()).isEqualTo(new Format.Free());
        assertThat(read("\"input\":\"hi\",\"text\":{\"format\":{\"type\":\"json_object\"}}").format())
                .isEqualTo(new Format.Json());
        assertThat(
                read("\"input\":\"hi\",\"text\":{\"format\":{\"type\":\"json_schema\",\"name\":\"n\",\"strict\":true,"
                        + "\"schema\":{\"type\":\"object\"}}}").format())
                .isEqualTo(new Format.Schema("n", Map.of("type", "object"), true));
    }

    @Test
    void howToAnswer() {
        ChatRequest request = read(
                """
                    "input":"hi","temperature":0.5,"top_p":0.9,"max_output_tokens":300,"reasoning":{"effort":"high",
                    "summary":"auto"},"parallel_tool_calls":false,"include":["message.output_text.logprobs"],
                    "top_logprobs":3,"safety_identifier":"ann","text":{"verbosity":"low"},"truncation":"auto",
                    "prompt_cache_key":"k","service_tier":"flex","max_tool_calls":3,"x_unknown":7,"stream":true,"store":null""");
        assertThat(request.sampling()).isEqualTo(new ChatRequest.Sampling(0.5, 0.9, 300, null, null, List.of()));
        assertThat(request.options().effort()).isEqualTo(ChatRequest.Effort.HIGH);
        assertThat(request.options().parallelToolCalls()).isFalse();
        assertThat(request.options().topLogprobs()).isEqualTo(3);
        assertThat(request.options().endUser()).isEqualTo("ann");
        assertThat(request.stream()).isTrue();
        assertThat(request.extra()).containsOnly(Map.entry("verbosity", "low"), Map.entry("truncation", "auto"),
                Map.entry("prompt_cache_key", "k"), Map.entry("service_tier", "flex"), Map.entry("x_unknown", 7));
    }

    @Test
    void probabilitiesAreGivenToWhomeverAsksForThem() {
        assertThat(read("\"input\":\"hi\",\"include\":[\"message.output_text.logprobs\"]").options().topLogprobs())
                .isZero();
        assertThat(read("\"input\":\"hi\",\"top_logprobs\":0").options().topLogprobs()).isNull();
        assertThat(read("\"input\":\"hi\",\"include\":[\"reasoning.encrypted_content\"]").options().topLogprobs())
                .isNull();
    }

    @Test
    void answersAreStoredUnlessTheCallSaysOtherwise() {
        ResponseSettings usual = Objects.requireNonNull(inquiry("\"input\":\"hi\"").settings());
        assertThat(usual.store()).isTrue();
        assertThat(usual).hasToString("ResponseSettings[items=1, store=true]");
        assertThat(Objects.requireNonNull(inquiry("\"input\":\"hi\",\"store\":false").settings()).store()).isFalse();
        assertThat(Objects.requireNonNull(inquiry("\"previous_response_id\":\"resp_1\"").settings()).previous())
                .isEqualTo("resp_1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        "input":"hi","background":true                                             | background
        "input":"hi","conversation":"conv_1"                                       | conversation
        "input":"hi","prompt":{"id":"p"}                                           | prompt
        "input":"hi","n":2                                                         | n
        "messages":[]                                                              | messages
        "input":"hi","max_tokens":7                                                | max_tokens
        "input":"hi","response_format":{"type":"json_object"}                      | response_format
        "input":"hi","tools":[{"type":"function","name":"a"},{"type":"web_search"}] | tools[1].type
        "input":"hi","tools":[{"type":"custom","name":"a"}]                        | tools[0].type
        "input":"hi","tool_choice":{"type":"file_search"}                          | tool_choice
        "input":[{"type":"computer_call"}]                                         | input[0].type
        "input":[{"role":"user","content":[{"type":"input_image","file_id":"f"}]}] | input[0].content[0].file_id
        """)
    void whatNobodyHereDoesIsRefusedWithTheReason(String members, String param) {
        Refusal refusal = refusal(DIALECT, "{\"model\":\"auto\"," + members + "}");
        assertThat(refusal.status()).isEqualTo(400);
        assertThat(refusal.code()).isEqualTo("unsupported_parameter");
        assertThat(refusal.param()).isEqualTo(param);
        assertThat(refusal.message()).startsWith("'" + param + "' is not supported: ").hasSizeGreaterThan(50);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        "input":7                                                    | input
        "input":[]                                                   | input
        "stream":true                                                | input
        "input":[7]                                                  | input[0].type
        "input":[{"role":"tool","content":"x"}]                      | input[0].role
        "input":[{"role":"user"}]                                    | input[0].content
        "input":[{"role":"user","content":[{"type":"text2"}]}]       | input[0].content[0].type
        "input":[{"type":"function_call","name":"a"}]                | input[0].call_id
        "input":[{"type":"function_call_output","output":"a"}]       | input[0].call_id
        "input":[{"type":"item_reference"}]                          | input[0].id
        "input":"hi","instructions":7                                | instructions
        "input":"hi","text":"json"                                   | text
        "input":"hi","text":{"verbosity":"loud"}                     | text.verbosity
        "input":"hi","text":{"format":{"type":"xml"}}                | text.format.type
        "input":"hi","reasoning":{"effort":"huge"}                   | reasoning.effort
        "input":"hi","include":["everything"]                        | include
        "input":"hi","truncation":"middle"                           | truncation
        "input":"hi","top_logprobs":21                               | top_logprobs
        "input":"hi","max_output_tokens":0                           | max_output_tokens
        "input":"hi","store":"yes"                                   | store
        "input":"hi","metadata":7                                    | metadata
        "input":"hi","tools":[{"type":"function"}]                   | tools[0].name
        "input":"hi","tool_choice":"maybe"                           | tool_choice
        """)
    void whatIsWrongIsToldWithItsPlace(String members, String param) {
        assertThat(refusal(DIALECT, "{\"model\":\"auto\"," + members + "}").param()).isEqualTo(param);
    }

    @Test
    void nothingLongOfTheCallersOwnIsToldBack() {
        assertThat(refusal(DIALECT, "{\"model\":\"auto\",\"previous_response_id\":\"" + "x".repeat(1000) + "\"}")
                .message())
                .hasSizeLessThan(120);
        assertThat(
                refusal(DIALECT, "{\"model\":\"auto\",\"input\":[{\"type\":\"" + "x".repeat(1000) + "\"}]}").message())
                .hasSizeLessThan(300);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"input\":\"hi\"}", "{\"model\":\"\",\"input\":\"hi\"}"})
    void aModelIsNeededUnlessTokensAreOnlyCounted(String body) throws Exception {
        assertThat(refusal(DIALECT, body).param()).isEqualTo("model");
        assertThat(OpenAiResponses.counted().read(utf8("{\"input\":\"hi\"}")).request().model()).isEqualTo("auto");
    }
}
