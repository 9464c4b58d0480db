package dev.formulary.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.spi.ChatRequest.Effort;
import dev.formulary.spi.ChatRequest.Part;
import dev.formulary.spi.ChatRequest.Text;
import dev.formulary.spi.ChatRequest.Thought;
import dev.formulary.spi.ChatRequest.ToolCall;
import dev.formulary.spi.ReplyEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Thoughts are given back as the vendor signed them, whatever callers make of them.
class ThoughtsTest {
    private static final String ONE = "{\"type\":\"thinking\",\"thinking\":\"First.\",\"signature\":\"c2lnMQ==\"}";
    private static final String HIDDEN = "{\"type\":\"redacted_thinking\",\"data\":\"RW5jcnlwdGVkMQ==\"}";
    private static final String TWO = "{\"type\":\"thinking\",\"thinking\":\"Second.\",\"signature\":\"c2lnMg==\"}";
    private static final String LOOKING = "{\"type\":\"text\",\"text\":\"Looking.\"}";
    private static final String OSLO = "{\"type\":\"tool_use\",\"id\":\"toolu_02A\",\"name\":\"get_weather\","
            + "\"input\":{\"city\":\"Oslo\"}}";
    private static final String BERGEN = "{\"type\":\"tool_use\",\"id\":\"toolu_02B\",\"name\":\"get_weather\","
            + "\"input\":{\"city\":\"Bergen\"}}";
    private static final ToolCall CALL_OSLO = new ToolCall("toolu_02A", "get_weather", "{\"city\":\"Oslo\"}");
    private static final ToolCall CALL_BERGEN = new ToolCall("toolu_02B", "get_weather", "{\"city\":\"Bergen\"}");

    /// What a caller has kept who joins all thoughts and keeps the last signature.
    private static Thought kept(String recording) throws Exception {
        Recorded.Summary heard = Recorded.summary(Recorded.heard(recording));
        return new Thought(heard.thinking(), heard.signatures().getLast());
    }

    private static Ask next(Ask ask, List<Part> said) {
        return ask.tool("get_weather").assistant(said, CALL_OSLO, CALL_BERGEN).result("toolu_02A", null, "rain")
                .result("toolu_02B", null, "snow");
    }

    @Test
    void whatACallerKeepsIsEnough() throws Exception {
        var ask = Ask.hi().assistant(List.of(kept("thinking"), new Text("It is 4."))).user("Sure?");

        assertThat(ask.sent("/messages/1/content")).isEqualTo("[{\"type\":\"thinking\",\"thinking\":"
                + "\"Let me see: 2+2. It is 4.\",\"signature\":\"EqRk+c2ln/bmF0dXJl==\"},"
                + "{\"type\":\"text\",\"text\":\"It is 4.\"}]");
        assertThat(ask.ignored()).isEmpty();
    }

    @Test
    void severalBlocksAndRedactedOnesAreKeptWhole() throws Exception {
        var ask = next(Ask.hi(), List.of(kept("interleaved"), new Text("Looking.")));

        assertThat(ask.sent("/messages/1/content")).isEqualTo(
                "[" + String.join(",", ONE, HIDDEN, TWO, LOOKING, OSLO, BERGEN) + "]");
        assertThat(ask.effort(Effort.HIGH).sent("/thinking/type")).isEqualTo("\"enabled\"");
    }

    @Test
    void thoughtsBeforeCallsAreRememberedForCallersThatKeepNothing() throws Exception {
        ThoughtMemory memory = Recorded.memory();
        Recorded.heard(false, memory, Recorded.stream("interleaved"));

        var ask = next(Ask.remembering(memory).user("Hi"), List.of(new Text("Looking.")));

        assertThat(ask.sent("/messages/1/content")).isEqualTo(
                "[" + String.join(",", ONE, HIDDEN, LOOKING, OSLO, TWO, BERGEN) + "]");
        assertThat(ask.effort(Effort.HIGH).sent("/thinking/type")).isEqualTo("\"enabled\"");
    }

    @Test
    void whatIsRememberedIsMoreExactThanWhatIsKept() throws Exception {
        ThoughtMemory memory = Recorded.memory();
        Recorded.heard(false, memory, Recorded.stream("interleaved"));

        var ask = next(Ask.remembering(memory).user("Hi"),
                List.of(new Thought("First.Second.", "anthropic:wrong"), new Text("Looking.")));

        assertThat(ask.sent("/messages/1/content")).isEqualTo(
                "[" + String.join(",", ONE, HIDDEN, LOOKING, OSLO, TWO, BERGEN) + "]");
        assertThat(ask.ignored()).isEmpty();
    }

    @Test
    void thoughtsOfOthersAreLeftOutAndTold() throws Exception {
        for (String signature : new String[]{null, "gemini:abc", "anthropic:blocks:[1]", "anthropic:blocks:{",
                "anthropic:blocks:[{\"type\":\"text\",\"text\":\"x\"}]"}) {
            var ask = Ask.hi().assistant(List.of(new Thought("Hm.", signature), new Text("A"))).user("B");
            assertThat(ask.sent("/messages/1/content")).isEqualTo("[{\"type\":\"text\",\"text\":\"A\"}]");
            assertThat(ask.ignored()).containsExactly("reasoning_content");
        }
    }

    @Test
    void everySignatureBeginsWithTheKind() throws Exception {
        for (String name : Recorded.WHOLES) {
            for (ReplyEvent event : Recorded.heardWhole(name)) {
                if (event instanceof ReplyEvent.Signature(String value, int call)) {
                    assertThat(value).startsWith("anthropic:");
                    assertThat(call).isEqualTo(ReplyEvent.Signature.THOUGHTS);
                }
            }
        }
    }

    @Test
    void theMemoryStaysBoundedAndForgetsWhatWasNotUsed() {
        var memory = new ThoughtMemory(10, 4000);
        var random = new SplittableRandom(7);
        for (int i = 0; i < 1000; i++) {
            memory.keep("call" + i, List.of(Thoughts.plain("x".repeat(random.nextInt(300)), "s")));
            assertThat(memory.before("call" + i)).hasSize(1);
            if (i > 3) {
                assertThat(memory.before("call0")).as("used each time").hasSize(1);
            }
            memory.before("call0");
        }
        var left = new ArrayList<Integer>();
        for (int i = 0; i < 1000; i++) {
            if (!memory.before("call" + i).isEmpty()) {
                left.add(i);
            }
        }
        assertThat(left).hasSizeBetween(2, 10).contains(0, 999);

        memory.keep("long", List.of(Thoughts.plain("x".repeat(2000), "s")));
        assertThat(memory.before("long")).as("would push all others out").isEmpty();
    }
}
