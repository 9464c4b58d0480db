package dev.formulary.engine.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Role;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Results of tools that do not say which call they answer, as Home Assistant sends them.
class ToolLinksTest {
    private static final String CALLS = "{'role':'assistant','tool_calls':[{'function':{'name':'on','arguments':{}}},"
            + "{'function':{'name':'off','arguments':{}}}]}";

    /// The results as `id=name`.
    private static List<String> results(String messages) throws Exception {
        String body = "{\"model\":\"m\",\"messages\":[" + messages.replace('\'', '"') + "]}";
        return OllamaRequest.read(Wire.utf8(body)).request().messages().stream()
                .filter(message -> message.role() == Role.TOOL).map(ToolLinksTest::shown).toList();
    }

    private static String shown(Message result) {
        return result.toolCallId() + "=" + result.name();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
            "{'role':'tool','content':'1'},{'role':'tool','content':'2'}               | [call_1=on, call_2=off]",
            "{'role':'tool','tool_name':'off'},{'role':'tool'}                         | [call_2=off, call_1=on]",
            "{'role':'tool','tool_call_id':'call_2'},{'role':'tool','content':'1'}     | [call_2=null, call_1=on]",
            "{'role':'tool','tool_call_id':'x','tool_name':'y'},{'role':'tool'}        | [x=y, call_1=on]",
            "{'role':'tool'},{'role':'tool'},{'role':'tool','content':'no third call'} | [call_1=on, call_2=off, null=null]"})
    void resultsAnswerTheCallsBeforeThemInTheirOrder(String after, String linked) throws Exception {
        assertThat(results(CALLS + "," + after)).hasToString(linked);
    }

    @ParameterizedTest
    @CsvSource({"'',null=null", "1,call_3=on"})
    void onlyTheLastCallsAreMeant(String again, String last) throws Exception {
        String more = again.isEmpty() ? "" : "," + CALLS;
        assertThat(results(CALLS + ",{'role':'tool'},{'role':'tool'}" + more + ",{'role':'tool'}"))
                .endsWith(last).startsWith("call_1=on", "call_2=off");
    }
}
