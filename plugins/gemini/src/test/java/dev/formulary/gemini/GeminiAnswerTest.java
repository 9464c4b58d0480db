package dev.formulary.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyStream;
import dev.formulary.testkit.TestAttempt;
import dev.formulary.testkit.VendorReply;
import dev.formulary.testkit.VendorReply.Ending;
import dev.formulary.testkit.VendorScript;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class GeminiAnswerTest extends GeminiCase {

    static List<Recording> recordings() {
        return Recording.all();
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void saysWhatTheVendorSays(Recording recording) {
        for (Recording.Form form : Recording.Form.values()) {
            assertThat(streamed(new Tape(200, recording.in(form)))).as(form.name()).isEqualTo(recording.events());
        }
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void saysTheSameHoweverTheNetworkTearsIt(Recording recording) {
        for (Recording.Form form : Recording.Form.values()) {
            byte[] body = recording.in(form);
            // proxies' events are read as the vendor's are: crumbs will do
            for (int cut = 1; cut < body.length && form != Recording.Form.LOOSE_EVENTS; cut++) {
                assertThat(streamed(new Tape(200, body, cut))).as("%s at %d", form, cut)
                        .isEqualTo(recording.events());
            }
            assertThat(streamed(Tape.crumbs(body))).as("%s in crumbs", form).isEqualTo(recording.events());
        }
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void saysTheSameInOnePiece(Recording recording) {
        if (recording.name().equals("ends-too-early")) {
            return; // whole answers need not name a reason
        }
        Tape tape = new Tape(200, recording.frames().toString().getBytes(StandardCharsets.UTF_8));
        List<String> events = Said.by(() -> provider(tape).chat(Ask.hi().whole(), attempt()));
        List<String> expected = recording.events();
        assertThat(events)
                .isEqualTo(recording.fails() ? expected.subList(expected.size() - 1, expected.size()) : expected);
    }

    private static List<String> streamed(Tape tape) {
        return Said.by(() -> provider(tape).chat(Ask.hi().streamed(), attempt()));
    }

    @Test
    void aWholeAnswerWithoutAReasonHasStopped() {
        var tape = new Tape(200, "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Yes\"}]}}]}".getBytes(
                StandardCharsets.UTF_8));
        assertThat(Said.by(() -> provider(tape).chat(Ask.hi().whole(), attempt()))).containsExactly("text Yes",
                "finish STOP");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {}                          | fails MALFORMED the vendor's answer holds no candidate
        {"promptFeedback":{}}       | fails MALFORMED the vendor's answer holds no candidate
        "hello"                     | fails MALFORMED the vendor's answer is not the json that it should be
        {"candidates":[             | fails MALFORMED the vendor's answer is not the json that it should be
        <html>                      | fails MALFORMED the vendor's answer is not the json that it should be
        {"candidates":[{"content":{"parts":[{"functionCall":{"args":{}}}]}}]} | fails MALFORMED the model calls a tool without a name, or with arguments that are no object
        {"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":"x"}}]}}]} | fails MALFORMED the model calls a tool without a name, or with arguments that are no object
        {"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","partialArgs":[],"willContinue":true}}]}}]} | fails UNSUPPORTED the arguments of a tool call come in pieces, which only another service of the vendor does
        {"candidates":[{"finishReason":"bad luck 7"}]} | fails SERVER the model stopped for another reason
        {"error":{"code":429,"message":"slow"}} | fails THROTTLED the vendor answered with status 429: slow
        """)
    void refusesWhatIsNoAnswer(String body, String said) {
        var tape = new Tape(200, body.getBytes(StandardCharsets.UTF_8));
        assertThat(Said.by(() -> provider(tape).chat(Ask.hi().whole(), attempt()))).containsExactly(said);
    }

    @Test
    void keepsTheFirstCallWhereTheCallerWantsNoMore() {
        for (String name : List.of("parallel-calls-in-one-frame", "parallel-calls-in-frames-of-their-own")) {
            var tape = new Tape(200, recorded(name).in(Recording.Form.EVENTS));
            List<String> events = Said
                    .by(() -> provider(tape).chat(Ask.hi().parallel(false).streamed(), attempt()));
            assertThat(events).as(name).contains("signature 0 gemini:EsMBCsABAVSoX", "finish TOOL_CALLS")
                    .filteredOn(line -> line.startsWith("call")).containsExactly(
                            "call 0 q7w2e9 weather {\"city\":\"Bonn\"}");
        }
    }

    @Test
    void givesIdsThatNobodyCanGuess() throws Exception {
        var tape = new Tape(200, recorded("one-call").in(Recording.Form.ARRAY));
        var ids = new HashSet<String>();
        for (int i = 0; i < 1000; i++) {
            try (ReplyStream stream = provider(tape).chat(Ask.hi().streamed(), attempt())) {
                if (stream.next() instanceof ReplyEvent.ToolCall call) {
                    ids.add(call.id());
                }
            }
        }
        assertThat(ids).hasSize(1000).allMatch(id -> id.matches("call_[A-Za-z0-9]{24}"));
    }

    @Test
    void passesEachPieceOnAsItComes() throws Exception {
        var script = new VendorScript("text/event-stream");
        vendor.next(STREAM, script);
        List<String> frames = recorded("text").frames();
        script.send("data: " + frames.getFirst() + "\r\n\r\n");
        try (ReplyStream stream = provider().chat(Ask.hi().streamed(), attempt())) {
            assertThat(stream.next()).isEqualTo(new ReplyEvent.Text("Hello"));
            script.send("data: " + frames.get(1) + "\r\n\r\n");
            assertThat(stream.next()).isEqualTo(new ReplyEvent.Text(" from the"));
            script.cut();
            assertThat(failure(stream::next).category()).isEqualTo(FailureCategory.CUT);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Ending.class, names = {"CUT", "STALL"})
    void isCompleteOnceTheReasonIsThere(Ending ending) throws Exception {
        nextStream(ending, recorded("text").frames());
        Provider provider = provider();
        List<String> events = Said
                .by(() -> provider.chat(Ask.hi().streamed(), TestAttempt.lasting(Duration.ofSeconds(1))));
        assertThat(events).endsWith("finish STOP", "usage 9 5");
    }

    @Test
    void aFrameWithoutEndIsRefused() {
        byte[] endless = "data: {\"a\":\"".concat("x".repeat(Frames.LONGEST + 1)).getBytes(StandardCharsets.UTF_8);
        assertThat(streamed(new Tape(200, endless, 1000))).containsExactly(
                "fails MALFORMED a frame of the vendor's stream has no end");
        byte[] array = new String(endless, StandardCharsets.UTF_8).replace("data: ", "[").getBytes(
                StandardCharsets.UTF_8);
        assertThat(streamed(new Tape(200, array, 1000))).containsExactly(
                "fails MALFORMED a frame of the vendor's stream has no end");
        byte[] lines = "data: {\"a\":\ndata:".concat("x".repeat(Frames.LONGEST - 1)).concat("\n").getBytes(
                StandardCharsets.UTF_8);
        assertThat(streamed(new Tape(200, lines, 1000))).containsExactly(
                "fails MALFORMED a frame of the vendor's stream has no end");
    }

    @Test
    void anArrayThatBreaksOffIsNotComplete() {
        String begun = new String(recorded("text").in(Recording.Form.ARRAY), StandardCharsets.UTF_8)
                .substring(0, 60);
        assertThat(streamed(new Tape(200, begun.getBytes(StandardCharsets.UTF_8)))).containsExactly(
                "fails CUT the answer broke off in the middle of a frame");
        assertThat(streamed(new Tape(200, "[1]".getBytes(StandardCharsets.UTF_8)))).containsExactly(
                "fails MALFORMED the vendor's answer is not the json that it should be");
        assertThat(streamed(new Tape(200, "  \r\n ".getBytes(StandardCharsets.UTF_8)))).containsExactly(
                "fails CUT the stream ended before the answer was complete");
    }

    @Test
    void lettingGoInTheMiddleClosesTheConnection() throws Exception {
        vendor.next(STREAM, VendorReply.events(Ending.STALL, recorded("text").frames().getFirst()));
        ReplyStream stream = provider().chat(Ask.hi().streamed(), attempt());
        assertThat(stream.next()).isEqualTo(new ReplyEvent.Text("Hello"));
        stream.close();
        Awaitility.await().untilAsserted(() -> assertThat(vendor.aborted()).isEqualTo(1));
    }

    @Test
    void theKeyTravelsInItsHeaderAlone() throws ProviderException, InterruptedException {
        provider().chat(Ask.hi().streamed(), attempt()).close();
        provider().models();
        assertThat(vendor.requests()).hasSize(2).allSatisfy(request -> {
            assertThat(request.headers()).containsEntry("x-goog-api-key", KEY);
            assertThat(request.path() + request.text()).doesNotContain(KEY);
        });
        assertThat(vendor.last(STREAM).headers()).containsEntry("accept", "text/event-stream")
                .containsEntry("content-type", "application/json");
    }
}
