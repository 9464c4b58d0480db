package dev.formulary.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.formulary.spi.ChatRequest.Sampling;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyEvent.Accounting;
import dev.formulary.spi.ReplyEvent.Finish;
import dev.formulary.spi.ReplyEvent.Finish.Reason;
import dev.formulary.spi.ReplyEvent.Native;
import dev.formulary.spi.ReplyEvent.Refusal;
import dev.formulary.spi.ReplyEvent.Text;
import dev.formulary.spi.ReplyEvent.Thinking;
import dev.formulary.spi.ReplyEvent.ToolCall;
import dev.formulary.spi.ReplyStream;
import dev.formulary.spi.Usage;
import dev.formulary.spi.WireBody;
import dev.formulary.testkit.TestAttempt;
import dev.formulary.testkit.VendorReply;
import dev.formulary.testkit.VendorReply.Ending;
import dev.formulary.testkit.VendorScript;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiAnswerTest extends OpenAiCase {

    private static String chunk(String delta, String finish) {
        return "{\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":" + finish + "}]}";
    }

    private List<ReplyEvent> whole(String body) throws Exception {
        vendor.next(CHAT, VendorReply.json(200, body));
        return all(provider().chat(ask(false), attempt()));
    }

    private List<ReplyEvent> stream(String... frames) throws Exception {
        vendor.next(CHAT, VendorReply.events(Ending.COMPLETE, frames));
        return all(provider().chat(ask(true), attempt()));
    }

    @Test
    void givesAWholeAnswerInNeutralForm() throws Exception {
        assertThat(all(provider().chat(ask(false), attempt()))).containsExactly(new Text("Hello from the vendor."),
                new Finish(Reason.STOP), new Accounting(new Usage(9, 5, 3, 2, false)));
    }

    @Test
    void givesAWholeAnswerAsItCame() throws Exception {
        String body = "{ \"id\":\"ä\", \"n\":-1.5e3, \"t\":true,\"choices\" : [{\"message\":{\"content\":\"Hi\"},"
                + "\"finish_reason\":\"length\"}] ,\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":null}, \"z\":\"\"}";
        vendor.next(CHAT, VendorReply.json(200, body));
        var events = all(provider().chat(askNatively("{\"model\":\"m\"}", false, Sampling.DEFAULT), attempt()));
        assertThat(events).hasSize(1).first().isInstanceOfSatisfying(Native.class, answer -> {
            assertThat(answer.meaning()).containsExactly(new Text("Hi"), new Finish(Reason.LENGTH),
                    new Accounting(Usage.of(1, 0)));
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            assertThat(answer.frame()).isEqualTo(new WireBody(WireBody.OPENAI_CHAT, bytes, List.of()));
            assertThat(answer.frame().members()).extracting(WireBody.Member::name).containsExactly("id", "n", "t",
                    "choices", "usage", "z");
            assertThat(answer.frame().with(Map.of("id", "1", "t", ""))).asString(StandardCharsets.UTF_8)
                    .isEqualTo("{\"id\":1,\"n\":-1.5e3,\"choices\" : [{\"message\":{\"content\":\"Hi\"},"
                            + "\"finish_reason\":\"length\"}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":null},"
                            + "\"z\":\"\"}");
        });
    }

    @Test
    void understandsToolCallsThinkingAndPartsInAWholeAnswer() throws Exception {
        assertThat(whole("""
            {"choices":[{"index":0,"message":{"role":"assistant","content":[{"type":"text","text":"A"},{"text":"B"}],
             "reasoning":"hm","reasoning_content":"hm","refusal":null,"audio":{"id":"x"},"tool_calls":[
             {"id":"","type":"function","function":{"name":"f","arguments":{"a": 1}}},
             {"id":"t2","type":"function","function":{"name":"g","arguments":null}}]},"finish_reason":"stop"},
             {"index":1,"message":{"content":"other"},"finish_reason":"length"}]}"""))
                .containsExactly(new Thinking("hm"), new Text("AB"), new ToolCall(0, "", "f", "{\"a\": 1}"),
                        new ToolCall(1, "t2", "g", ""), new Finish(Reason.TOOL_CALLS));
    }

    @Test
    void givesARefusalAsOne() throws Exception {
        assertThat(whole("{\"choices\":[{\"message\":{\"content\":null,\"refusal\":\"I can't.\"},"
                + "\"finish_reason\":\"content_filter\"}]}"))
                .containsExactly(new Refusal("I can't."), new Finish(Reason.CONTENT_FILTER));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"choices\":[]}", "{}", "[1]", "{\"choices\":[{", "", "<html>"})
    void saysSoWhenAnAnswerIsNone(String body) {
        vendor.next(CHAT, VendorReply.json(200, body));
        assertThat(failure(() -> provider().chat(ask(false), attempt())).category())
                .isEqualTo(FailureCategory.MALFORMED);
    }

    @Test
    void givesAStreamInNeutralForm() throws Exception {
        assertThat(all(provider().chat(ask(true), attempt()))).containsExactly(new Text("Hello"), new Text(" from"),
                new Text(" the vendor."), new Finish(Reason.STOP), new Accounting(Usage.of(9, 5)));
    }

    @Test
    void givesAStreamAsItCame() throws Exception {
        var events = all(provider().chat(askNatively("{\"model\":\"m\"}", true, Sampling.DEFAULT), attempt()));
        assertThat(events).hasSize(6).allMatch(Native.class::isInstance);
        assertThat(text(events)).isEqualTo("Hello from the vendor.");
        var usage = (Native) events.getLast();
        assertThat(usage.meaning()).containsExactly(new Accounting(Usage.of(9, 5)));
        assertThat(new String(usage.frame().bytes(), StandardCharsets.UTF_8)).startsWith("{\"id\":\"chatcmpl-1\"")
                .endsWith("\"total_tokens\":14}}");
    }

    @Test
    void givesEachPieceBeforeTheNextHasCome() throws Exception {
        var script = new VendorScript("text/event-stream");
        vendor.next(CHAT, script);
        script.send("data: " + chunk("{\"content\":\"one\"}", "null") + "\n\n");
        ReplyStream stream = provider().chat(ask(true), attempt());
        assertThat(stream.next()).isEqualTo(new Text("one"));
        script.send("data: " + chunk("{\"content\":\"two\"}", "\"stop\"") + "\n\n");
        assertThat(stream.next()).isEqualTo(new Text("two"));
        assertThat(stream.next()).isEqualTo(new Finish(Reason.STOP));
        script.send("data: [DONE]\n\n");
        assertThat(stream.next()).isNull();
        assertThat(stream.next()).isNull();
        script.end();
        stream.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 1000})
    void toleratesEveryWayToTearAStream(int pieceBytes) throws Exception {
        String body = ": OPENROUTER PROCESSING\r\n\r\n: \r\nid: 4\r\nevent: message\r\ndata:"
                + chunk("{\"content\":\"grün €\uD83D\uDE00\"}", "null") + "\r\n\r\ndata: " + chunk("{}", "\"length\"")
                + "\r\n\r\ndata: {\"choices\":[],\r\ndata: \"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}\r\n\r\n"
                + "data: [DONE] \r\n";
        vendor.next(CHAT, VendorReply.pieces("text/event-stream", body, pieceBytes, 0));
        assertThat(all(provider().chat(ask(true), attempt()))).containsExactly(new Text("grün €\uD83D\uDE00"),
                new Finish(Reason.LENGTH), new Accounting(Usage.of(1, 2)));
    }

    @Test
    void toleratesWhatVendorsDoToFrames() throws Exception {
        assertThat(stream("{\"choices\":[],\"id\":\"\",\"prompt_filter_results\":[]}",
                chunk("{\"role\":\"assistant\"}", "null"), chunk("{\"reasoning_content\":\"hm\"}", "null"),
                chunk("{\"content\":null,\"tool_calls\":null}", "null"), chunk("null", "null"),
                "{\"choices\":null,\"error\":null}", chunk("{\"content\":\"A\"}", "null"), chunk("{}", "\"stop\""),
                chunk("{}", "\"stop\"")))
                .containsExactly(new Thinking("hm"), new Text("A"), new Finish(Reason.STOP));
    }

    @Test
    void numbersToolCallsThatTheVendorNumbersWrongly() throws Exception {
        String first = "{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]}";
        String more = "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{}\"}}]}";
        String sameIndex = "{\"tool_calls\":[{\"index\":0,\"id\":\"b\",\"function\":{\"name\":\"g\",\"arguments\":\"{\"}}]}";
        assertThat(stream(chunk(first, "null"), chunk(more, "null"), chunk(sameIndex, "null"),
                chunk("{\"tool_calls\":[{\"id\":\"b\",\"function\":{\"arguments\":\"}\"}}]}", "\"tool_calls\"")))
                .containsExactly(new ToolCall(0, "a", "f", ""), new ToolCall(0, null, null, "{}"),
                        new ToolCall(1, "b", "g", "{"), new ToolCall(1, null, null, "}"),
                        new Finish(Reason.TOOL_CALLS));
        assertThat(stream(chunk("{\"tool_calls\":[{\"id\":\"\",\"function\":{\"name\":\"f\",\"arguments\":\"{\"}}]}",
                "null"), chunk("{\"tool_calls\":[{\"function\":{\"arguments\":\"}\"}}]}", "null"),
                chunk("{\"tool_calls\":[{\"id\":\"\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}",
                        "\"stop\"")))
                .containsExactly(new ToolCall(0, "", "f", "{"), new ToolCall(0, null, null, "}"),
                        new ToolCall(1, "", "f", "{}"), new Finish(Reason.TOOL_CALLS));
    }

    @Test
    void takesAWholeAnswerWhereAStreamWasAsked() throws Exception {
        for (int piece : new int[]{3, 1_000}) {
            vendor.next(CHAT, VendorReply.pieces("application/json",
                    "\n \n{\"choices\":[{\"message\":{\"content\":\"Hi\"},\"finish_reason\":null}]}", piece, 0));
            assertThat(all(provider().chat(askNatively("{}", true, Sampling.DEFAULT), attempt())))
                    .containsExactly(new Text("Hi"), new Finish(Reason.STOP));
        }
        vendor.next(CHAT, VendorReply.pieces("application/json", "data: " + chunk("{}", "\"stop\"") + "\n\n", 9, 0));
        assertThat(all(provider().chat(ask(true), attempt()))).containsExactly(new Finish(Reason.STOP));
    }

    @Test
    void saysSoWhenAStreamBreaksOff() {
        for (VendorReply broken : List.of(VendorReply.events(Ending.COMPLETE, chunk("{\"content\":\"A\"}", "null")),
                VendorReply.events(Ending.CUT, chunk("{\"content\":\"A\"}", "null")),
                VendorReply.events(Ending.COMPLETE, chunk("{\"role\":\"assistant\"}", "null"), "[DONE]"))) {
            vendor.next(CHAT, broken);
            assertThat(failure(() -> all(provider().chat(ask(true), attempt()))).category())
                    .isEqualTo(FailureCategory.CUT);
        }
    }

    @Test
    void isContentWhenOnlyTheEndOfTheStreamIsMissing() throws Exception {
        vendor.next(CHAT, VendorReply.events(Ending.CUT, chunk("{\"content\":\"A\"}", "\"stop\"")));
        assertThat(all(provider().chat(ask(true), attempt()))).containsExactly(new Text("A"), new Finish(Reason.STOP));
    }

    @Test
    void saysSoWhenAFrameIsNone() {
        vendor.next(CHAT, VendorReply.events(Ending.COMPLETE, chunk("{\"content\":\"A\"}", "null"), "{\"choices\":[{"));
        assertThat(failure(() -> all(provider().chat(ask(true), attempt()))).category())
                .isEqualTo(FailureCategory.MALFORMED);
    }

    @Test
    void hangsUpWhenTheCallerLeaves() throws Exception {
        vendor.next(CHAT, VendorReply.events(Ending.STALL, chunk("{\"content\":\"A\"}", "null")));
        ReplyStream stream = provider().chat(ask(true), attempt());
        assertThat(stream.next()).isEqualTo(new Text("A"));
        stream.close();
        await().until(() -> vendor.aborted() == 1);
    }

    @Test
    void givesUpOnAVendorThatSaysNothing() {
        vendor.next(CHAT, VendorReply.hang());
        assertThat(failure(
                () -> provider().chat(ask(true), TestAttempt.lasting(Duration.ofMinutes(1), Duration.ofMillis(100))))
                .category())
                .isEqualTo(FailureCategory.TIMEOUT);
    }
}
