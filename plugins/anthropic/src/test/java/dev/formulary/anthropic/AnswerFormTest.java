package dev.formulary.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.spi.ChatRequest.Format;
import dev.formulary.spi.ChatRequest.Tool;
import dev.formulary.spi.ChatRequest.ToolCall;
import dev.formulary.spi.FailureCategory;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Tools, their choice, and answers in JSON.
class AnswerFormTest {
    private static final String CLOSED = """
        {"type":"object","properties":{"name":{"type":"string"}},"required":["name"],"additionalProperties":false}""";
    private static final String OPEN = "{\"type\":\"object\",\"properties\":{\"age\":{\"type\":\"integer\",\"minimum\":0}}}";

    @Test
    void toolsHaveNameDescriptionAndSchema() throws Exception {
        var ask = Ask.hi().tools(new Tool("look", "looks", Ask.map("{\"type\":\"object\",\"properties\":{}}")),
                new Tool("bare", null, Map.of()));

        assertThat(ask.sent("/tools")).isEqualTo("[{\"name\":\"look\",\"description\":\"looks\",\"input_schema\":"
                + "{\"type\":\"object\",\"properties\":{}}},{\"name\":\"bare\",\"input_schema\":{\"type\":\"object\"}}]");
        assertThat(ask.sent("/tool_choice")).isEmpty();
        assertThat(ask.ignored()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        auto     | true  | {"type":"auto"}
        none     | true  | {"type":"none"}
        required | true  | {"type":"any"}
        =look    | true  | {"type":"tool","name":"look"}
        auto     | false | {"type":"auto","disable_parallel_tool_use":true}
        required | false | {"type":"any","disable_parallel_tool_use":true}
        =look    | false | {"type":"tool","name":"look","disable_parallel_tool_use":true}
        """)
    void theChoiceOfToolsIsCarried(String choice, boolean parallel, String sent) throws Exception {
        assertThat(Ask.hi().tool("look").choice(choice).oneCallAtATime(parallel).sent("/tool_choice")).isEqualTo(sent);
    }

    @Test
    void oneCallAtATimeNeedsNoChoice() throws Exception {
        assertThat(Ask.hi().tool("look").oneCallAtATime(false).sent("/tool_choice"))
                .isEqualTo("{\"type\":\"auto\",\"disable_parallel_tool_use\":true}");
        assertThat(Ask.hi().oneCallAtATime(false).sent("/tool_choice")).isEmpty();
    }

    @Test
    void aCallOfNothingIsRefused() {
        assertThat(TurnsTest.failure(Ask.hi().choice("required")).category())
                .isEqualTo(FailureCategory.INVALID_REQUEST);
    }

    @Test
    void aToolThatCantBeForcedIsRefused() throws Exception {
        for (String choice : new String[]{"required", "=look"}) {
            var failure = TurnsTest.failure(Ask.hi().model(Ask.NEWEST).tool("look").choice(choice));
            assertThat(failure.category()).isEqualTo(FailureCategory.UNSUPPORTED);
            assertThat(failure).hasMessageContaining("'tool_choice'");
        }
        assertThat(Ask.hi().model(Ask.NEWEST).tool("look").choice("auto").sent("/tool_choice/type"))
                .isEqualTo("\"auto\"");
    }

    @Test
    void toolsThatWereCalledAreDeclaredThoughNobodyMayCallThem() throws Exception {
        var ask = Ask.hi().assistant("", new ToolCall("a", "look", "{}")).result("a", null, "done");

        assertThat(ask.sent("/tools")).isEqualTo("[{\"name\":\"look\",\"input_schema\":{\"type\":\"object\"}}]");
        assertThat(ask.sent("/tool_choice")).isEqualTo("{\"type\":\"none\"}");
    }

    @Test
    void strictToolsAreStrictWhereTheModelAndTheSchemaAllowIt() throws Exception {
        Tool closed = new Tool("look", null, Ask.map(CLOSED), true);
        Tool open = new Tool("look", null, Ask.map(OPEN), true);

        assertThat(Ask.hi().tools(closed).sent("/tools/0/strict")).isEqualTo("true");
        assertThat(Ask.hi().tools(closed).ignored()).isEmpty();
        assertThat(Ask.hi().tools(open).sent("/tools/0/strict")).isEmpty();
        assertThat(Ask.hi().tools(open).ignored()).containsExactly("strict");
        assertThat(Ask.hi().model(Ask.FOREIGN).tools(closed).ignored()).containsExactly("strict");
    }

    @Test
    void aModelThatKnowsSchemasIsHeldToThem() throws Exception {
        var ask = Ask.hi().schema(CLOSED, true);

        assertThat(ask.sent("/output_config"))
                .isEqualTo("{\"format\":{\"type\":\"json_schema\",\"schema\":" + CLOSED + "}}");
        assertThat(ask.sent("/tools")).isEmpty();
        assertThat(ask.asked().answerTool()).isNull();
        assertThat(ask.ignored()).isEmpty();
    }

    @Test
    void anotherModelIsMadeToCallATool() throws Exception {
        var ask = Ask.hi().model(Ask.FOREIGN).schema(CLOSED, true);

        assertThat(ask.sent("/output_config")).isEmpty();
        assertThat(ask.sent("/tools")).isEqualTo(
                "[{\"name\":\"person\",\"description\":\"Gives the answer.\",\"input_schema\":" + CLOSED + "}]");
        assertThat(ask.sent("/tool_choice"))
                .isEqualTo("{\"type\":\"tool\",\"name\":\"person\",\"disable_parallel_tool_use\":true}");
        assertThat(ask.asked().answerTool()).isEqualTo("person");
        assertThat(ask.ignored()).containsExactly("strict");
    }

    @Test
    void aSchemaThatTheVendorDoesNotTakeGoesTheSameWay() throws Exception {
        var ask = Ask.hi().schema(OPEN, false);

        assertThat(ask.asked().answerTool()).isEqualTo("person");
        assertThat(ask.sent("/tools/0/input_schema")).isEqualTo(OPEN);
        assertThat(ask.ignored()).isEmpty();
    }

    @Test
    void someJsonIsTheInputOfATool() throws Exception {
        var ask = Ask.hi().format(new Format.Json());

        assertThat(ask.sent("/tools/0/input_schema")).isEqualTo("{\"type\":\"object\"}");
        assertThat(ask.sent("/tool_choice/name")).isEqualTo("\"json\"");
        assertThat(TurnsTest.failure(Ask.hi().model(Ask.NEWEST).format(new Format.Json())))
                .hasMessageContaining("'response_format'");
    }

    @Test
    void toolsAndAnswerCompeteFairly() throws Exception {
        var free = Ask.hi().model(Ask.FOREIGN).tool("person").schema(CLOSED, false);
        assertThat(free.sent("/tool_choice")).isEqualTo("{\"type\":\"any\",\"disable_parallel_tool_use\":true}");
        assertThat(free.asked().answerTool()).isEqualTo("person_");

        var none = Ask.hi().model(Ask.FOREIGN).tool("look").choice("none").schema(CLOSED, false);
        assertThat(none.sent("/tool_choice/name")).isEqualTo("\"person\"");

        var must = Ask.hi().model(Ask.FOREIGN).tool("look").choice("required").schema(CLOSED, false);
        assertThat(must.sent().path("tools")).hasSize(1);
        assertThat(must.asked().answerTool()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {CLOSED,
            "{\"type\":\"array\",\"items\":{\"type\":\"string\",\"enum\":[\"a\"]}}",
            "{\"anyOf\":[{\"type\":\"null\"},{\"type\":\"string\",\"format\":\"date\"}],\"title\":\"T\",\"default\":null}",
            "{\"$defs\":{\"a\":{\"type\":\"number\"}},\"type\":\"object\",\"additionalProperties\":false,"
                    + "\"properties\":{\"minimum\":{\"$ref\":\"#/$defs/a\"}}}"})
    void schemasThatFit(String schema) {
        assertThat(SchemaFit.fits(Json.of(Ask.map(schema)))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {OPEN, "{\"type\":\"object\"}", "{\"type\":\"string\",\"pattern\":\"a+\"}",
            "{\"type\":\"array\",\"items\":{\"type\":\"string\",\"maxLength\":3}}",
            "{\"type\":\"array\",\"items\":[{\"type\":\"string\"}]}", "{\"oneOf\":[{\"type\":\"string\"}]}",
            "{\"type\":\"string\",\"format\":\"color\"}", "{\"$ref\":\"https://example.org/schema\"}",
            "{\"type\":\"object\",\"additionalProperties\":true}", "{\"anyOf\":{\"type\":\"string\"}}",
            "{\"$defs\":{\"n\":{\"anyOf\":[{\"type\":\"null\"},{\"$ref\":\"#/$defs/n\"}]}},\"$ref\":\"#/$defs/n\"}"})
    void schemasThatDoNotFit(String schema) {
        assertThat(SchemaFit.fits(Json.of(Ask.map(schema)))).isFalse();
    }
}
