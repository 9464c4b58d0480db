package dev.formulary.ollama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.formulary.spi.ChatRequest.Sampling;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyEvent.Accounting;
import dev.formulary.spi.ReplyEvent.Finish;
import dev.formulary.spi.ReplyEvent.Finish.Reason;
import dev.formulary.spi.ReplyEvent.Native;
import dev.formulary.spi.ReplyEvent.Text;
import dev.formulary.spi.ReplyEvent.Thinking;
import dev.formulary.spi.ReplyEvent.ToolCall;
import dev.formulary.spi.ReplyStream;
import dev.formulary.spi.Usage;
import dev.formulary.testkit.TestAttempt;
import dev.formulary.testkit.VendorReply;
import dev.formulary.testkit.VendorReply.Ending;
import dev.formulary.testkit.VendorScript;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OllamaAnswerTest extends OllamaCase {
    private static final String DONE = "{\"done\":true,\"done_reason\":\"stop\"}";

    private static String line(String message) {
        return "{\"model\":\"m\",\"message\":" + message + ",\"done\":false}";
    }

    private List<ReplyEvent> stream(String... lines) throws Exception {
        vendor.next(CHAT, VendorReply.lines(Ending.COMPLETE, lines));
        return all(provider().chat(ask(true), attempt()));
    }

    @Test
    void givesAWholeAnswer() throws Exception {
        assertThat(all(provider().chat(ask(false), attempt()))).containsExactly(new Text("Hello from the vendor."),
                new Finish(Reason.STOP), new Accounting(Usage.of(9, 5)));
        assertThat(vendor.last(CHAT).text()).contains("\"stream\":false");
    }

    @Test
    void givesAWholeAnswerAsItCame() throws Exception {
        String body = "{ \"message\":{\"content\":\"Hi\"},\n \"done\":true, \"done_reason\":\"length\", \"eval_count\":3 }";
        vendor.next(CHAT, VendorReply.json(200, body));
        var events = all(provider().chat(askNatively("{}", false, Sampling.DEFAULT), attempt()));
        assertThat(events).hasSize(1).first().isInstanceOfSatisfying(Native.class, answer -> {
            assertThat(answer.meaning()).containsExactly(new Text("Hi"), new Finish(Reason.LENGTH),
                    new Accounting(Usage.of(0, 3)));
            assertThat(new String(answer.frame().bytes(), StandardCharsets.UTF_8)).isEqualTo(body);
            assertThat(answer.frame().has("eval_count")).isTrue();
        });
    }

    @Test
    void givesAStream() throws Exception {
        assertThat(all(provider().chat(ask(true), attempt()))).containsExactly(new Text("Hello"), new Text(" from"),
                new Text(" the vendor."), new Finish(Reason.STOP), new Accounting(Usage.of(9, 5)));
    }

    @Test
    void givesAStreamAsItCame() throws Exception {
        var events = all(provider().chat(askNatively("{}", true, Sampling.DEFAULT), attempt()));
        assertThat(events).hasSize(4).allMatch(Native.class::isInstance);
        assertThat(text(events)).isEqualTo("Hello from the vendor.");
        assertThat(((Native) events.getLast()).meaning()).containsExactly(new Finish(Reason.STOP),
                new Accounting(Usage.of(9, 5)));
    }

    @Test
    void givesEachPieceBeforeTheNextHasCome() throws Exception {
        var script = new VendorScript("application/x-ndjson");
        vendor.next(CHAT, script);
        script.send(line("{\"content\":\"one\"}") + "\n");
        ReplyStream stream = provider().chat(ask(true), attempt());
        assertThat(stream.next()).isEqualTo(new Text("one"));
        script.send(DONE + "\n");
        assertThat(stream.next()).isEqualTo(new Finish(Reason.STOP));
        assertThat(stream.next()).isNull();
        script.end();
        stream.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 1000})
    void toleratesEveryWayToTearAStream(int pieceBytes) throws Exception {
        String body = line("{\"content\":\"grün €\uD83D\uDE00\"}") + "\r\n\n" + DONE;
        vendor.next(CHAT, VendorReply.pieces("application/x-ndjson", body, pieceBytes, 0));
        assertThat(all(provider().chat(ask(true), attempt()))).containsExactly(new Text("grün €\uD83D\uDE00"),
                new Finish(Reason.STOP));
    }

    @Test
    void understandsThinkingAndToolCalls() throws Exception {
        assertThat(stream(line("{\"role\":\"assistant\",\"content\":\"\",\"thinking\":\"hm\"}"),
                line("{\"content\":\"\",\"tool_calls\":[{\"id\":\"c1\",\"function\":{\"index\":0,\"name\":\"f\","
                        + "\"arguments\":{\"a\": [1]}}},{\"type\":\"x\",\"function\":{\"name\":\"g\","
                        + "\"arguments\":\"{}\"}}]}"),
                line("{\"tool_calls\":[{\"function\":{\"name\":\"h\",\"arguments\":null}}]}"),
                line("{\"tool_calls\":null}"), line("null"), DONE))
                .containsExactly(new Thinking("hm"), new ToolCall(0, "c1", "f", "{\"a\": [1]}"),
                        new ToolCall(1, "", "g", "{}"), new ToolCall(2, "", "h", "{}"),
                        new Finish(Reason.TOOL_CALLS));
    }

    @ParameterizedTest
    @CsvSource({"length,LENGTH", "load,STOP", "unload,STOP", "whatever,STOP"})
    void knowsWhyItStopped(String word, Reason reason) throws Exception {
        assertThat(stream("{\"done\":true,\"done_reason\":\"" + word + "\"}")).containsExactly(new Finish(reason));
    }

    @Test
    void saysSoWhenAStreamBreaksOff() {
        for (Ending ending : List.of(Ending.COMPLETE, Ending.CUT)) {
            vendor.next(CHAT, VendorReply.lines(ending, line("{\"content\":\"A\"}")));
            assertThat(failure(() -> all(provider().chat(ask(true), attempt()))).category())
                    .isEqualTo(FailureCategory.CUT);
        }
        vendor.next(CHAT, VendorReply.json(200, "{\"message\":{}}"));
        assertThat(failure(() -> all(provider().chat(ask(false), attempt()))).category())
                .isEqualTo(FailureCategory.CUT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1]", "{\"message\":", "<html>"})
    void saysSoWhenALineIsNone(String line) {
        vendor.next(CHAT, VendorReply.lines(Ending.COMPLETE, line));
        assertThat(failure(() -> all(provider().chat(ask(true), attempt()))).category())
                .isEqualTo(FailureCategory.MALFORMED);
    }

    @Test
    void hangsUpWhenTheCallerLeaves() throws Exception {
        vendor.next(CHAT, VendorReply.lines(Ending.STALL, line("{\"content\":\"A\"}")));
        ReplyStream stream = provider().chat(ask(true), attempt());
        assertThat(stream.next()).isEqualTo(new Text("A"));
        stream.close();
        await().until(() -> vendor.aborted() == 1);
    }

    @Test
    void givesUpOnAServerThatSaysNothing() {
        vendor.next(CHAT, VendorReply.hang());
        assertThat(failure(
                () -> provider().chat(ask(true), TestAttempt.lasting(Duration.ofMinutes(1), Duration.ofMillis(100))))
                .category())
                .isEqualTo(FailureCategory.TIMEOUT);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        404 | UNKNOWN_MODEL    | {"error":"model 'x' not found"}
        400 | UNSUPPORTED      | {"error":"registry.ollama.ai/library/gemma:2b does not support tools"}
        400 | CONTEXT_OVERFLOW | {"error":"the input length exceeds the context length"}
        400 | INVALID_REQUEST  | {"error":"missing request body"}
        401 | AUTH             | {"error":"unauthorized","signin_url":"https://ollama.com"}
        403 | AUTH             | {"error":{"message":"no"}}
        429 | THROTTLED        | {"error":"too many requests"}
        429 | QUOTA            | {"error":"you have reached your weekly usage limit, upgrade for more"}
        503 | THROTTLED        | {"error":"server busy, please try again.  maximum pending requests exceeded"}
        500 | SERVER           | {"error":"llama runner process has terminated"}
        502 | SERVER           | <html>
        504 | TIMEOUT          |
        302 | CONFIGURATION    |
        """)
    void sortsWhatOllamaSays(int status, FailureCategory category, String body) {
        vendor.next(CHAT, VendorReply.json(status, "Retry-After: 3\r\n", body == null ? "" : body));
        ProviderException failure = failure(() -> provider().chat(ask(true), attempt()));
        assertThat(failure.category()).as(failure.getMessage()).isEqualTo(category);
        assertThat(failure.status()).isEqualTo(status);
        assertThat(failure.retryAfter()).contains(Duration.ofSeconds(3));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {"error":"an error was encountered while running the model: unexpected EOF"} | SERVER
        {"error":"rate limited","status":429}                                        | THROTTLED
        {"error":"model 'x' not found, try pulling it first"}                        | UNKNOWN_MODEL
        """)
    void understandsErrorsWithinAStream(String line, FailureCategory category) {
        vendor.next(CHAT, VendorReply.lines(Ending.COMPLETE, line("{\"content\":\"A\"}"), line));
        assertThat(failure(() -> all(provider().chat(ask(true), attempt()))).category()).isEqualTo(category);
    }

    @Test
    void showsNoKeysAndNotTooManyWords() {
        vendor.next(CHAT, VendorReply.json(400, "{\"error\":\"" + KEY + " " + "x".repeat(1000) + "\"}"));
        assertThat(failure(() -> provider().chat(ask(true), attempt())).getMessage())
                .startsWith("ollama answered with status 400: **** xxx").hasSizeLessThan(350);
    }
}
