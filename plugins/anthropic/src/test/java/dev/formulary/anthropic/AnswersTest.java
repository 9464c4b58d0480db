package dev.formulary.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyEvent.Finish.Reason;
import dev.formulary.spi.Usage;
import dev.formulary.spi.WireBody;
import dev.formulary.testkit.TornResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/// What is heard in the vendor's answers.
class AnswersTest {
    static final List<String> WHOLES = Recorded.WHOLES;
    private static final String START = "data: {\"type\":\"message_start\",\"message\":{}}\n\n";
    private static final String STOP = "data: {\"type\":\"message_stop\"}\n\n";

    @Test
    void wordsComeAsTheyWereSaid() throws Exception {
        assertThat(Recorded.heard("hello")).containsExactly(new ReplyEvent.Text("Grüße"),
                new ReplyEvent.Text(", 世界 \ud83d\ude42"), new ReplyEvent.Text("\nHow are you?"),
                new ReplyEvent.Finish(Reason.STOP), new ReplyEvent.Accounting(Usage.of(12, 15)));
    }

    @Test
    void callsComeInPiecesAndOneWithoutArgumentsHasAnEmptyObject() throws Exception {
        assertThat(Recorded.heard("tools")).containsExactly(new ReplyEvent.Text("I will "),
                new ReplyEvent.Text("look."),
                new ReplyEvent.ToolCall(0, "toolu_01A", "get_weather", ""),
                new ReplyEvent.ToolCall(0, null, null, "{\"city\": \"Par"),
                new ReplyEvent.ToolCall(0, null, null, "is\", \"days\": 2"),
                new ReplyEvent.ToolCall(0, null, null, "}"),
                new ReplyEvent.ToolCall(1, "toolu_01B", "now", ""),
                new ReplyEvent.ToolCall(1, null, null, "{}"),
                new ReplyEvent.Finish(Reason.TOOL_CALLS), new ReplyEvent.Accounting(Usage.of(40, 61)));
    }

    @Test
    void thoughtsAreFollowedByTheirSignature() throws Exception {
        assertThat(Recorded.heard("thinking")).containsExactly(new ReplyEvent.Thinking("Let me "),
                new ReplyEvent.Thinking("see: 2+2."), new ReplyEvent.Thinking(" It is 4."),
                new ReplyEvent.Signature("anthropic:EqRk+c2ln/bmF0dXJl==", ReplyEvent.Signature.THOUGHTS),
                new ReplyEvent.Text("It is 4."), new ReplyEvent.Finish(Reason.STOP),
                new ReplyEvent.Accounting(new Usage(30, 44, 0, 20, false)));
        assertThat(Recorded.heard("omitted")).startsWith(
                new ReplyEvent.Signature("anthropic:b21pdHRlZA==", ReplyEvent.Signature.THOUGHTS),
                new ReplyEvent.Text("Yes."));
    }

    @Test
    void theAnswersToolIsTheAnswer() throws Exception {
        assertThat(Recorded.heard("answer")).containsExactly(new ReplyEvent.Text("{\"name\":\"Ada\","),
                new ReplyEvent.Text("\"age\":36}"), new ReplyEvent.Finish(Reason.STOP),
                new ReplyEvent.Accounting(Usage.of(60, 20)));
    }

    @Test
    void aServerThatDoesNotCallTheForcedToolHasFailedUnlessItSpeaksJson() throws Exception {
        String words = "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":";
        assertThat(forced(words + "\"Ada, 36\"}}\n\n" + STOP)).hasMessageContaining("did not call the tool")
                .isInstanceOfSatisfying(ProviderException.class,
                        failure -> assertThat(failure.category()).isEqualTo(FailureCategory.MALFORMED));

        assertThat(forced(words + "\"{\\\"name\\\":\"}}\n\n" + words + "\"\\\"Ada\\\"}\"}}\n\n" + STOP)).isNull();
        assertThat(forced(words + "\"I can't\"}}\n\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":"
                + "\"refusal\"}}\n\n" + STOP)).isNull();
    }

    /// What is wrong with an answer in which a tool was to be called; null for nothing.
    private static @Nullable ProviderException forced(String body) throws InterruptedException {
        var asked = new Asked(new byte[0], Set.of(), Recorded.ANSWER_TOOL, false);
        try {
            Recorded.all(
                    new MessageFrames(new TornResponse((START + body).getBytes(StandardCharsets.UTF_8)), new byte[0],
                            asked, Recorded.memory(), Recorded.errors()));
            return null;
        } catch (ProviderException e) {
            return e;
        }
    }

    @Test
    void tokensOfTheCacheAreTokensRead() throws Exception {
        assertThat(Recorded.summary(Recorded.heard("cache")).usage())
                .isEqualTo(new Usage(7 + 2048 + 1024, 5, 1024, 0, 2048, 0, 0, 0, false));
    }

    @Test
    void aRefusalIsToldInItsOwnWords() throws Exception {
        assertThat(Recorded.heard("refusal")).containsExactly(new ReplyEvent.Text("I can"),
                new ReplyEvent.Refusal("This may enable harm."), new ReplyEvent.Finish(Reason.CONTENT_FILTER),
                new ReplyEvent.Accounting(Usage.of(25, 4)));
        assertThat(Recorded.heard("silent-refusal")).containsExactly(new ReplyEvent.Finish(Reason.CONTENT_FILTER),
                new ReplyEvent.Accounting(Usage.of(25, 1)));
    }

    @ParameterizedTest
    @CsvSource({"hello,STOP", "cache,STOP", "pause,STOP", "tools,TOOL_CALLS", "length,LENGTH", "overflow,LENGTH",
            "refusal,CONTENT_FILTER"})
    void reasonsForStopping(String name, Reason reason) throws Exception {
        assertThat(Recorded.summary(Recorded.heard(name)).finish()).isEqualTo(reason);
    }

    @Test
    void whatNobodyAskedForIsPassedOver() throws Exception {
        assertThat(Recorded.heard("pause")).containsExactly(new ReplyEvent.Text("Found."),
                new ReplyEvent.Finish(Reason.STOP), new ReplyEvent.Accounting(Usage.of(33, 30)));
    }

    @Test
    void aSecondBeginningIsTolerated() throws Exception {
        assertThat(Recorded.summary(Recorded.heard("twice")).text()).isEqualTo("Hello");
    }

    @Test
    void anErrorInTheMiddleIsAnError() {
        ProviderException failure = failure(Recorded.stream("overloaded"));

        assertThat(failure.category()).isEqualTo(FailureCategory.SERVER);
        assertThat(failure).hasMessage("the vendor failed: Overloaded");
    }

    @Test
    void aStreamWithoutItsEndIsCut() {
        assertThat(failure(Recorded.stream("cut")).category()).isEqualTo(FailureCategory.CUT);
        assertThat(failure(new byte[0]).category()).isEqualTo(FailureCategory.CUT);
    }

    @ParameterizedTest
    @FieldSource("WHOLES")
    void wholeAnswersSayTheSameAsStreams(String name) throws Exception {
        Recorded.Summary whole = Recorded.summary(Recorded.heardWhole(name));
        Recorded.Summary stream = Recorded.summary(Recorded.heard(name));

        assertThat(whole.calls()).hasSameSizeAs(stream.calls());
        for (int i = 0; i < whole.calls().size(); i++) {
            assertThat(whole.calls().get(i).subList(0, 2)).isEqualTo(stream.calls().get(i).subList(0, 2));
            assertThat(Ask.map(whole.calls().get(i).get(2))).isEqualTo(Ask.map(stream.calls().get(i).get(2)));
        }
        assertThat(whole).usingRecursiveComparison().ignoringFields("calls").isEqualTo(stream);
    }

    @ParameterizedTest
    @FieldSource("WHOLES")
    void callersOfTheSameFormatGetTheVendorsBytes(String name) throws Exception {
        byte[] body = Recorded.whole(name);
        List<ReplyEvent> whole = Recorded.heardWhole(true, body);
        assertThat(whole).singleElement().isInstanceOfSatisfying(ReplyEvent.Native.class,
                frame -> assertThat(frame.frame().bytes()).isEqualTo(body));

        var frames = new StringBuilder();
        List<ReplyEvent> meaning = new ArrayList<>();
        for (ReplyEvent event : Recorded.heard(true, Recorded.memory(), Recorded.stream(name))) {
            var frame = (ReplyEvent.Native) event;
            assertThat(frame.frame().format()).isEqualTo(WireBody.ANTHROPIC_MESSAGES);
            assertThat(frame.frame().has("type")).isTrue();
            frames.append("data: ").append(new String(frame.frame().bytes(), StandardCharsets.UTF_8)).append("\n\n");
            meaning.addAll(frame.meaning());
        }
        String sent = new String(Recorded.stream(name), StandardCharsets.UTF_8).replaceAll("event: .*\n", "");
        assertThat(frames).hasToString(sent);
        assertThat(meaning.stream().filter(ReplyEvent.Finish.class::isInstance)).hasSize(1);
    }

    @Test
    void theMembersOfAFrameCanBeReplaced() throws Exception {
        Frame frame = Frame.of("{ \"type\" : \"ping\", \"n\":1.5 ,\"s\":\"\u00fc\\\"}\",\"o\":{\"a\":[1]} }"
                .getBytes(StandardCharsets.UTF_8));

        byte[] changed = frame.body().with(java.util.Map.of("n", "2", "o", ""));

        assertThat(new String(changed, StandardCharsets.UTF_8))
                .isEqualTo("{\"type\" : \"ping\",\"n\":2,\"s\":\"\u00fc\\\"}\"}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        MALFORMED   | data: [1]
        MALFORMED   | data: {"type":"content_block_delta"
        MALFORMED   | data: hello
        MALFORMED   | event: message_start\\ndata: <html>
        MALFORMED   | data: {"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"a"}}
        MALFORMED   | data: {"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta","partial_json":"{"}}
        THROTTLED   | event: error\\ndata: {"error":{"type":"rate_limit_error","message":"slow"}}
        AUTH        | data: {"type":"error","error":{"type":"authentication_error","message":"no"}}
        SERVER      | data: {"type":"error"}
        """)
    void whatIsNoAnswerIsAnError(FailureCategory category, String event) {
        String body = START + event.replace("\\n", "\n") + "\n\n" + STOP;

        assertThat(failure(body.getBytes(StandardCharsets.UTF_8)).category()).isEqualTo(category);
    }

    @Test
    void strangeServersAreUnderstood() throws Exception {
        String body = ": comment\r\nretry: 3\r\n\r\n" + START.replace("\n", "\r\n") + "event:ping\rdata:nothing\r\r"
                + "event: other\ndata: [DONE]\n\n"
                + "data:{\"type\":\"content_block_delta\",\ndata:\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"A\"}}\n\n"
                + "data: {\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"B\"}}\n\n"
                + "data: {\"type\":\"content_block_delta\",\"index\":2,\"delta\":{\"type\":\"dance_delta\",\"text\":\"C\"}}\n\n"
                + "data: {\"type\":\"content_block_start\",\"index\":3,\"content_block\":{\"type\":\"tool_use\",\"name\":\"x\","
                + "\"input\":{\"a\":1}}}\n\n"
                + "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"}}\n\ndata: {\"type\":\"message_stop\"}";

        assertThat(Recorded.heard(false, Recorded.memory(), body.getBytes(StandardCharsets.UTF_8))).containsExactly(
                new ReplyEvent.Text("A"), new ReplyEvent.Thinking("B"), new ReplyEvent.ToolCall(0, "", "x", ""),
                new ReplyEvent.ToolCall(0, null, null, "{\"a\":1}"), new ReplyEvent.Finish(Reason.TOOL_CALLS));
    }

    @Test
    void countsThatCantBeAreNotBelieved() throws Exception {
        String body = START + "data: {\"type\":\"message_delta\",\"delta\":{},\"usage\":{\"input_tokens\":-5,"
                + "\"cache_read_input_tokens\":9999999999,\"output_tokens\":3,\"cache_creation_input_tokens\":\"x\","
                + "\"output_tokens_details\":{\"thinking_tokens\":7}}}\n\n" + STOP;

        assertThat(Recorded.summary(Recorded.heard(false, Recorded.memory(), body.getBytes(StandardCharsets.UTF_8)))
                .usage()).isEqualTo(new Usage(Integer.MAX_VALUE, 3, Integer.MAX_VALUE, 3, false));
    }

    @Test
    void blocksThatNeverEndAreAnError() {
        var body = new StringBuilder(START);
        for (int i = 0; i < 2000; i++) {
            body.append("data: {\"type\":\"content_block_start\",\"index\":").append(i)
                    .append(",\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n");
        }

        assertThat(failure(body.toString().getBytes(StandardCharsets.UTF_8)).category())
                .isEqualTo(FailureCategory.MALFORMED);
    }

    @Test
    void wholeAnswersMustBeAnswers() {
        for (String body : List.of("", "[]", "{}", "{\"content\":\"Hi\"}", "{\"content\":[]", "null")) {
            ProviderException failure = catchThrowableOfType(ProviderException.class,
                    () -> Recorded.heardWhole(false, body.getBytes(StandardCharsets.UTF_8)));
            assertThat(failure.category()).as(body).isEqualTo(FailureCategory.MALFORMED);
        }
    }

    private static ProviderException failure(byte[] body) {
        ProviderException failure = catchThrowableOfType(ProviderException.class,
                () -> Recorded.heard(false, Recorded.memory(), body));
        assertThat(failure).isNotNull();
        return failure;
    }
}
