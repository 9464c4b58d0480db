package dev.formulary.engine.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.ChatRequest.Text;
import dev.formulary.spi.WireBody;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SystemTextTest {

    private static ChatRequest read(ChatDialect dialect, String body) throws MalformedBodyException {
        return dialect.read(body.getBytes(StandardCharsets.UTF_8)).request();
    }

    private static String source(ChatRequest request) {
        return new String(Objects.requireNonNull(request.source()).bytes(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        [{"role":"user","content":"hi"}] | [{"role":"system","content":"NEW"},{"role":"user","content":"hi"}]
        [{"role":"system","content":"Be kind."},{"role":"user","content":"hi"}] | [{"role":"system","content":"Be kind.\\n\\nNEW"},{"role":"user","content":"hi"}]
        [{"role":"system","content":""},{"role":"user","content":"hi"}] | [{"role":"system","content":"NEW"},{"role":"user","content":"hi"}]
        """)
    void theCallersOwnBytesGetTheTextAndAllElseStays(String messages, String told) throws Exception {
        for (ChatDialect dialect : List.of(new OpenAiChat(), new OllamaChat())) {
            String body = "{ \"model\" : \"auto\", \"odd\":[1, 2.50], \"messages\": " + messages
                    + " , \"stream\":false}";
            ChatRequest added = SystemText.added(read(dialect, body), "NEW");
            assertThat(source(added)).isEqualTo("{\"model\" : \"auto\",\"odd\":[1, 2.50],\"messages\":" + told
                    + ",\"stream\":false}");
            assertThat(added.messages().getFirst().role()).isEqualTo(Role.SYSTEM);
            assertThat(added.messages().getFirst().plainText()).endsWith("NEW");
            assertThat(added.messages()).as("as it is read from the new bytes").hasSameSizeAs(
                    read(dialect, source(added)).messages());
            assertThat(added.messages().getFirst().plainText())
                    .isEqualTo(read(dialect, source(added)).messages().getFirst().plainText());
        }
    }

    @Test
    void aDeveloperAndPartsAreJoinedToo() throws Exception {
        ChatRequest added = SystemText.added(read(new OpenAiChat(), """
            {"model":"auto","messages":[{"role":"developer","content":[{"type":"text","text":"Be kind."}]},\
            {"role":"user","content":"hi"}]}"""), "a \"new\"\nline");
        assertThat(source(added)).contains("""
            [{"type":"text","text":"Be kind."},{"type":"text","text":"a \\"new\\"\\nline"}]""");
        assertThat(added.messages()).hasSize(2);
        assertThat(added.messages().getFirst().plainText()).isEqualTo("Be kind.\n\na \"new\"\nline");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {"messages":[]}                                     | {"messages":[],"system":"NEW"}
        {"system":"Be kind.","messages":[]}                 | {"system":"Be kind.\\n\\nNEW","messages":[]}
        {"system":[{"type":"text","text":"x"}],"messages":[]} | {"system":[{"type":"text","text":"x"},{"type":"text","text":"NEW"}],"messages":[]}
        """)
    void whereTheSystemHasAMemberOfItsOwnItStandsThere(String body, String told) throws Exception {
        WireBody source = Json.members(WireBody.ANTHROPIC_MESSAGES, body.getBytes(StandardCharsets.UTF_8)).source();
        assertThat(source(SystemText.added(request(source), "NEW"))).isEqualTo(told);
    }

    @Test
    void aBodyInWhichThereIsNoPlaceForItStaysAsItIs() throws Exception {
        WireBody unknown = Json.members("another-format", "{\"input\":\"hi\"}".getBytes(StandardCharsets.UTF_8))
                .source();
        ChatRequest request = request(unknown);
        assertThat(SystemText.added(request, "NEW")).isSameAs(request);
        WireBody odd = Json.members(WireBody.ANTHROPIC_MESSAGES, "{\"system\":7}".getBytes(StandardCharsets.UTF_8))
                .source();
        ChatRequest other = request(odd);
        assertThat(SystemText.added(other, "NEW")).isSameAs(other);
    }

    @Test
    void withoutBytesTheMessagesAreAllThereIs() {
        ChatRequest plain = new ChatRequest("auto", List.of(new Message(Role.USER, List.of(new Text("hi")), List.of(),
                null, null)), List.of(), null, ChatRequest.Sampling.DEFAULT, new ChatRequest.Format.Free(), false,
                false, Map.of(), null);
        assertThat(SystemText.added(plain, "NEW").messages()).extracting(Message::plainText).containsExactly("NEW",
                "hi");
    }

    private static ChatRequest request(WireBody source) {
        return new ChatRequest("auto", List.of(Message.text(Role.USER, "hi")), List.of(), null,
                ChatRequest.Sampling.DEFAULT, new ChatRequest.Format.Free(), false, false, Map.of(), source);
    }
}
