package dev.formulary.engine.dialect;

import static dev.formulary.engine.dialect.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.Turn;
import dev.formulary.spi.ChatRequest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is put into a question of `/v1/responses` on its way stands in its bytes and its messages alike.
class ResponsesSourceTest {
    private static final OpenAiResponses DIALECT = new OpenAiResponses();

    private static ChatRequest read(String members) throws MalformedBodyException {
        return DIALECT.read(utf8("{\"model\":\"auto\",\"odd\":[1, 2.50]," + members + "}")).request();
    }

    private static List<String> lines(ChatRequest request) {
        return request.messages().stream().map(each -> each.role() + " " + each.plainText()).toList();
    }

    private static byte[] source(ChatRequest request) {
        return Objects.requireNonNull(request.source()).bytes();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        "input":"hi"                                | SYSTEM NEW
        "input":"hi","instructions":null            | SYSTEM NEW
        "input":"hi","instructions":"Be kind."      | SYSTEM Be kind.\\n\\nNEW
        """)
    void aHandOverStandsBehindTheInstructions(String members, String system) throws Exception {
        ChatRequest added = SystemText.added(read(members), "NEW");
        assertThat(lines(added)).containsExactly(system.replace("\\n", "\n"), "USER hi");
        assertThat(lines(DIALECT.read(source(added)).request())).isEqualTo(lines(added));
        assertThat(new String(source(added), StandardCharsets.UTF_8)).contains("\"odd\":[1, 2.50]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"input\":\"now?\",\"instructions\":\"be kind\"",
            "\"instructions\":\"be kind\",\"input\":[{\"role\":\"user\",\"content\":\"now?\"}]",
            "\"input\":[{\"role\":\"system\",\"content\":\"be kind\"},{\"role\":\"user\",\"content\":[{\"type\":"
                    + "\"input_text\",\"text\":\"now?\"}]}]"})
    void whatADeviceSaidBeforeStandsBeforeWhatItSaysNow(String members) throws Exception {
        ChatRequest asked = read(members);
        assertThat(EarlierTurns.missing(asked)).isTrue();
        ChatRequest put = EarlierTurns.put(asked, List.of(new Turn("a \"b\"", "c\nd", Instant.EPOCH)));
        assertThat(lines(put)).containsExactly("SYSTEM be kind", "USER a \"b\"", "ASSISTANT c\nd", "USER now?");
        assertThat(lines(DIALECT.read(source(put)).request())).isEqualTo(lines(put));
    }

    @Test
    void aBodyThatSaysNothingOfItselfIsKnownByItsInput() throws Exception {
        assertThat(Dialects.guess(utf8("{\"model\":\"auto\",\"input\":\"hi\"}")).name())
                .hasToString("OPENAI_RESPONSES");
        assertThat(Dialects.guess(utf8("{\"model\":\"auto\",\"messages\":[]}")).name()).hasToString("OPENAI_CHAT");
        assertThat(Dialects.guess(utf8("{\"model\":\"auto\",\"messages\":[],\"input\":1,\"options\":{}}")).name())
                .hasToString("OLLAMA_CHAT");
    }
}
