package dev.formulary.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.formulary.spi.ChatRequest.Audio;
import dev.formulary.spi.ChatRequest.Document;
import dev.formulary.spi.ChatRequest.Image;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Opaque;
import dev.formulary.spi.ChatRequest.Part;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.ChatRequest.Text;
import dev.formulary.spi.ChatRequest.ToolCall;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The conversation in the vendor's words.
class TurnsTest {

    @Test
    void whatTheSystemSaysGoesToOnePlace() throws Exception {
        var ask = Ask.said().system("Be kind.").user("Hi").system("Be short.").system(" ");

        assertThat(ask.sent("/system")).isEqualTo("\"Be kind.\\n\\nBe short.\"");
        assertThat(ask.sent("/messages"))
                .isEqualTo("[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Hi\"}]}]");
    }

    @Test
    void turnsOfOneSpeakerAreOne() throws Exception {
        var ask = Ask.said().user("A").user("B").assistant("C").assistant("").assistant("D").user("E");

        assertThat(ask.sent().path("messages")).hasSize(3);
        assertThat(ask.sent("/messages/0/content/1/text")).isEqualTo("\"B\"");
        assertThat(ask.sent("/messages/1/content/1/text")).isEqualTo("\"D\"");
    }

    @Test
    void emptyTextsAreLeftOut() throws Exception {
        var ask = Ask.said().user(new Text(""), new Text("A"), new Text("\n"));

        assertThat(ask.sent("/messages/0/content")).isEqualTo("[{\"type\":\"text\",\"text\":\"A\"}]");
    }

    @Test
    void theBeginningOfAnAnswerEndsWithoutWhiteSpace() throws Exception {
        assertThat(Ask.hi().assistant("The answer is \n").sent("/messages/1/content/0/text"))
                .isEqualTo("\"The answer is\"");
    }

    @Test
    void resultsOfAStepAreTogetherAndFirst() throws Exception {
        var ask = Ask.hi()
                .assistant("Let me see.", new ToolCall("a", "one", "{\"x\":1.50}"), new ToolCall("b", "two", ""))
                .user("Hurry!").result("b", null, "2").result("a", null, "1").result("c", null, "").user("Well?");

        assertThat(ask.sent("/messages/1")).isEqualTo("{\"role\":\"assistant\",\"content\":["
                + "{\"type\":\"text\",\"text\":\"Let me see.\"},"
                + "{\"type\":\"tool_use\",\"id\":\"a\",\"name\":\"one\",\"input\":{\"x\":1.5}},"
                + "{\"type\":\"tool_use\",\"id\":\"b\",\"name\":\"two\",\"input\":{}}]}");
        assertThat(ask.sent("/messages/2")).isEqualTo("{\"role\":\"user\",\"content\":["
                + "{\"type\":\"tool_result\",\"tool_use_id\":\"b\",\"content\":\"2\"},"
                + "{\"type\":\"tool_result\",\"tool_use_id\":\"a\",\"content\":\"1\"},"
                + "{\"type\":\"tool_result\",\"tool_use_id\":\"c\"},"
                + "{\"type\":\"text\",\"text\":\"Hurry!\"},{\"type\":\"text\",\"text\":\"Well?\"}]}");
        assertThat(ask.sent().path("messages")).hasSize(3);
    }

    @Test
    void resultsMayBePictures() throws Exception {
        var ask = Ask.hi().assistant("", new ToolCall("a", "see", "{}"))
                .message(new Message(Role.TOOL, List.of(new Text("here"), new Image("image/png", "QUJD", false)),
                        List.of(), "a", null));

        assertThat(ask.sent("/messages/2/content/0/content")).isEqualTo("[{\"type\":\"text\",\"text\":\"here\"},"
                + "{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/png\",\"data\":\"QUJD\"}}]");
    }

    @Test
    void foreignIdsAreMadeFitAndStayTogether() throws Exception {
        var ask = Ask.hi().assistant("", new ToolCall("call.1:x", "one", "{}"), new ToolCall("call_1_x", "two", "{}"))
                .result("call_1_x", null, "2").result("call.1:x", null, "1");

        assertThat(ask.sent("/messages/1/content/0/id")).isEqualTo("\"call_1_x\"");
        assertThat(ask.sent("/messages/1/content/1/id")).isEqualTo("\"call_1_x_2\"");
        assertThat(ask.sent("/messages/2/content/0/tool_use_id")).isEqualTo("\"call_1_x_2\"");
        assertThat(ask.sent("/messages/2/content/1/tool_use_id")).isEqualTo("\"call_1_x\"");
    }

    @Test
    void callsWithoutIdsGetSomeAndResultsFindThem() throws Exception {
        var ask = Ask.hi().assistant("", new ToolCall("", "one", "{}"), new ToolCall("", "two", "{}"))
                .result(null, "two", "2").result(null, null, "1")
                .assistant("", new ToolCall("", "one", "{}")).result(null, "one", "3");

        assertThat(ask.sent("/messages/2/content/0/tool_use_id")).isEqualTo(ask.sent("/messages/1/content/1/id"));
        assertThat(ask.sent("/messages/2/content/1/tool_use_id")).isEqualTo(ask.sent("/messages/1/content/0/id"));
        assertThat(ask.sent("/messages/4/content/0/tool_use_id")).isEqualTo(ask.sent("/messages/3/content/0/id"))
                .isNotEqualTo(ask.sent("/messages/1/content/0/id"));
    }

    @Test
    void anIdThatIsUsedAgainIsAnotherCall() throws Exception {
        var ask = Ask.hi().assistant("", new ToolCall("call_0", "one", "{}")).result("call_0", null, "1")
                .assistant("", new ToolCall("call_0", "one", "{}")).result("call_0", null, "2");

        assertThat(ask.sent("/messages/3/content/0/id")).isEqualTo("\"call_0_2\"");
        assertThat(ask.sent("/messages/4/content/0/tool_use_id")).isEqualTo("\"call_0_2\"");
    }

    @Test
    void picturesAndDocumentsAreCarried() throws Exception {
        var ask = Ask.said().user(new Image("", "https://example.org/cat.png", true),
                new Document("application/pdf", "JVBERi0=", false, "a.pdf"),
                new Document("", "https://example.org/b.pdf", true, null),
                new Document("text/markdown", "IyBIaSDDvA==", false, "c.md"));

        assertThat(ask.sent("/messages/0/content")).isEqualTo("["
                + "{\"type\":\"image\",\"source\":{\"type\":\"url\",\"url\":\"https://example.org/cat.png\"}},"
                + "{\"type\":\"document\",\"source\":{\"type\":\"base64\",\"media_type\":\"application/pdf\","
                + "\"data\":\"JVBERi0=\"},\"title\":\"a.pdf\"},"
                + "{\"type\":\"document\",\"source\":{\"type\":\"url\",\"url\":\"https://example.org/b.pdf\"}},"
                + "{\"type\":\"document\",\"source\":{\"type\":\"text\",\"media_type\":\"text/plain\",\"data\":\"# Hi ü\"},"
                + "\"title\":\"c.md\"}]");
    }

    static Stream<Part> partsThatCantBeCarried() {
        return Stream.of(new Audio("audio/wav", "UklGRg=="), new Opaque("video"),
                new Image("image/tiff", "TU0=", false),
                new Document("application/zip", "UEs=", false, "a.zip"));
    }

    @ParameterizedTest
    @MethodSource("partsThatCantBeCarried")
    void whatCantBeCarriedIsRefused(Part part) {
        assertThat(failure(Ask.said().user(new Text("Look"), part)).category()).isEqualTo(FailureCategory.UNSUPPORTED);
    }

    @Test
    void whatIsNoConversationIsRefused() {
        assertThat(failure(Ask.said().system("Be kind."))).hasMessageContaining("needs a turn of a user");
        assertThat(failure(Ask.hi().assistant("", new ToolCall("a", "one", "{\"cut"))))
                .hasMessageContaining("the arguments of a call of 'one' are no JSON object")
                .hasMessageNotContaining("cut");
        assertThat(failure(Ask.hi().assistant("", new ToolCall("a", "one", "[1]"))).category())
                .isEqualTo(FailureCategory.UNSUPPORTED);
        assertThat(failure(Ask.said().user(new Document("text/plain", "?", false, null))).category())
                .isEqualTo(FailureCategory.INVALID_REQUEST);
        assertThat(failure(Ask.hi().message(new Message(Role.SYSTEM, List.of(new Image("image/png", "QQ==", false)),
                List.of(), null, null)))).hasMessageContaining("must be text");
    }

    static ProviderException failure(Ask ask) {
        ProviderException failure = catchThrowableOfType(ProviderException.class, ask::asked);
        assertThat(failure).isNotNull();
        return failure;
    }
}
