package dev.formulary.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Effort;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.ChatRequest.ToolCall;
import dev.formulary.spi.FailureCategory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GeminiRequestTest extends GeminiCase {
    private final Tape tape = new Tape(200, "{\"candidates\":[{}]}".getBytes(StandardCharsets.UTF_8));

    private JsonNode sent(Ask ask) throws Exception {
        provider(tape).chat(ask.whole(), attempt()).close();
        return json(tape.last());
    }

    private static ToolCall call(String id, String name) {
        return new ToolCall(id, name, "{}");
    }

    @Test
    void asksTheModelAtItsPlace() throws Exception {
        sent(Ask.hi());
        assertThat(tape.asked.getLast().uri()).hasToString("http://vendor.test/v1beta/models/gemini-2.5-flash"
                + ":generateContent");
        sent(Ask.hi().model("tunedModels/mine-1"));
        assertThat(tape.asked.getLast().uri()).hasToString("http://vendor.test/v1beta/tunedModels/mine-1"
                + ":generateContent");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "../files", "a/../b", "a?key=x", "a#b", "/a", "a%2fb"})
    void aNameThatIsNoneIsAskedOfNobody(String model) {
        assertThat(failure(() -> sent(Ask.hi().model(model))).category()).isEqualTo(FailureCategory.UNKNOWN_MODEL);
        assertThat(tape.asked).isEmpty();
    }

    @Test
    void saysNoMoreThanWasAsked() throws Exception {
        assertThat(sent(Ask.hi()))
                .isEqualTo(json("{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Hi\"}]}]}"));
    }

    @Test
    void instructionsAloneAreAQuestion() throws Exception {
        assertThat(sent(new Ask().system("Tell a joke."))).isEqualTo(
                json("{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Tell a joke.\"}]}]}"));
    }

    @Test
    void turnsOfOneSpeakerBecomeOne() throws Exception {
        var body = sent(new Ask().user("a").user("b").assistant("c").assistant("").calls(call("1", "f"))
                .calls(call("2", "g")).result("1", "x").result("2", "y").user("d"));
        assertThat(body.at("/contents")).hasSize(4);
        assertThat(body.at("/contents/0/parts")).isEqualTo(json("[{\"text\":\"a\"},{\"text\":\"b\"}]"));
        assertThat(body.at("/contents/1/parts")).hasSize(3);
        assertThat(body.at("/contents/2/parts")).hasSize(2);
        assertThat(body.at("/contents/3/parts")).isEqualTo(json("[{\"text\":\"d\"}]"));
    }

    @Test
    void resultsFollowTheOrderOfTheCalls() throws Exception {
        var body = sent(new Ask().user("?").calls(call("1", "f"), call("2", "g"), call("3", "h"))
                .result("3", "z").result("1", "x").result("2", "y"));
        assertThat(body.at("/contents/2/parts").findValuesAsText("result")).containsExactly("x", "y", "z");
        assertThat(body.at("/contents/2/parts").findValuesAsText("name")).containsExactly("f", "g", "h");
    }

    @Test
    void callsWithoutIdsAreAnsweredByNameOrInTurn() throws Exception {
        var ask = new Ask().user("?").calls(call("", "f"), call("", "g"), call("", "f"))
                .message(new Message(Role.TOOL, List.of(new ChatRequest.Text("y")), List.of(), null, "g"))
                .result(null, "x").result("", "z");
        var body = sent(ask);
        assertThat(body.at("/contents/2/parts").findValuesAsText("result")).containsExactly("x", "y", "z");
        assertThat(body.at("/contents").findValues("id")).isEmpty();
    }

    @Test
    void aResultOfNoCallIsRefused() {
        for (Ask ask : List.of(new Ask().user("?").result("1", "x"),
                new Ask().user("?").calls(call("1", "f")).result("2", "x"),
                new Ask().user("?").calls(call("1", "f")).result("1", "x").result("1", "x"))) {
            assertThat(failure(() -> sent(ask))).hasMessage(
                    "a message of a tool must answer a call that the assistant made just before it, each call once")
                    .extracting("category").isEqualTo(FailureCategory.INVALID_REQUEST);
        }
    }

    @Test
    void aPictureAmongResultsStandsBehindThemForOlderModels() throws Exception {
        var photo = new Message(Role.TOOL, List.of(new ChatRequest.Text("here"),
                new ChatRequest.Image("image/png", "iVBO", false)), List.of(), "1", null);
        var body = sent(new Ask().user("?").calls(call("1", "photo"), call("2", "now")).message(photo)
                .result("2", "noon"));
        assertThat(body.at("/contents/2/parts/0/functionResponse/response/result").asText()).isEqualTo("here");
        assertThat(body.at("/contents/2/parts/1/functionResponse/name").asText()).isEqualTo("now");
        assertThat(body.at("/contents/2/parts/2/inlineData/data").asText()).isEqualTo("iVBO");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1]", "{", "\"x\"", "{} {}", "{\"a\":1e9999999999}"})
    void argumentsMustBeAnObject(String arguments) {
        assertThat(failure(() -> sent(new Ask().user("?").calls(new ToolCall("1", "f", arguments)))))
                .hasMessage("the arguments of a tool call must be a json object");
    }

    @Test
    void argumentsKeepTheirNumbers() throws Exception {
        sent(new Ask().user("?").calls(new ToolCall("1", "f", "{\"a\":1.10,\"b\":12345678901234567890,\"c\":1e30}")));
        assertThat(tape.last()).contains("{\"a\":1.10,\"b\":12345678901234567890,\"c\":1E+30}");
    }

    @Test
    void aToolThatMustBeCalledMustBeThere() {
        assertThat(failure(() -> sent(Ask.hi().choice("required"))))
                .hasMessage("'tool_choice' asks for a tool, but there are no 'tools'");
        assertThat(failure(() -> sent(Ask.hi().choice("=f"))).category()).isEqualTo(FailureCategory.INVALID_REQUEST);
    }

    @Test
    void withoutToolsThereIsNothingToChoose() throws Exception {
        for (String choice : List.of("auto", "none")) {
            assertThat(sent(Ask.hi().choice(choice)).fieldNames()).toIterable().containsExactly("contents");
        }
    }

    @ParameterizedTest
    @CsvSource({"0,0", "-1,-1", "2147483647,2147483647", "4294967295,-1", "4294967296,1"})
    void seedsAreFoldedIntoTheVendors(long seed, int carried) throws Exception {
        assertThat(sent(Ask.hi().seed(seed)).at("/generationConfig/seed").intValue()).isEqualTo(carried);
    }

    @Test
    void probabilitiesWithoutAlternatives() throws Exception {
        assertThat(sent(Ask.hi().logprobs(0)).at("/generationConfig")).isEqualTo(json("{\"responseLogprobs\":true}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        gemini-3-pro-preview     | NONE    | thinkingLevel | LOW     | ignored
        gemini-3-pro-preview     | MINIMAL | thinkingLevel | LOW     | ignored
        gemini-3-pro-preview     | LOW     | thinkingLevel | LOW     |
        gemini-3-pro-preview     | MEDIUM  | thinkingLevel | HIGH    |
        gemini-3.1-pro-preview   | MEDIUM  | thinkingLevel | MEDIUM  |
        gemini-3.1-pro-preview   | MAX     | thinkingLevel | HIGH    |
        gemini-3-flash-preview   | NONE    | thinkingLevel | MINIMAL | ignored
        gemini-3.1-flash-lite    | MINIMAL | thinkingLevel | MINIMAL |
        gemini-3.8-flash         | MINIMAL | thinkingLevel | LOW     | ignored
        gemini-flash-latest      | HIGH    | thinkingLevel | HIGH    |
        gemini-2.5-pro           | NONE    | thinkingBudget | 128    | ignored
        gemini-2.5-pro           | MAX     | thinkingBudget | 32768  |
        gemini-2.5-flash         | NONE    | thinkingBudget | 0      |
        gemini-2.5-flash         | MINIMAL | thinkingBudget | 1024   |
        gemini-2.5-flash         | MEDIUM  | thinkingBudget | 8192   |
        gemini-2.5-flash-lite    | HIGH    | thinkingBudget | 24576  |
        gemini-2.5-flash-lite    | MAX     | thinkingBudget | 24576  |
        gemini-2.0-flash         | HIGH    | none           |        | ignored
        tunedModels/mine         | LOW     | none           |        | ignored
        """)
    void effortIsSaidInTheModelsOwnTerms(String model, Effort effort, String member, String value, String told)
            throws Exception {
        List<String> said = Said.by(() -> provider(tape).chat(Ask.hi().model(model).effort(effort).whole(), attempt()));
        var config = json(tape.last()).at("/generationConfig/thinkingConfig");
        assertThat(config.path(member).asText()).isEqualTo(value == null ? "" : value);
        assertThat(config.path("includeThoughts").asBoolean()).isEqualTo(effort != Effort.NONE && value != null);
        assertThat(said.contains("ignored reasoning_effort")).isEqualTo(told != null);
    }
}
