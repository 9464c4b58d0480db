package dev.formulary.ollama;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Format;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Options;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.ChatRequest.Sampling;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ReplyEvent.Accounting;
import dev.formulary.spi.ReplyEvent.Finish;
import dev.formulary.spi.ReplyEvent.Finish.Reason;
import dev.formulary.spi.ReplyEvent.Native;
import dev.formulary.spi.ReplyEvent.Text;
import dev.formulary.spi.ReplyEvent.Thinking;
import dev.formulary.spi.Usage;
import dev.formulary.spi.WireBody;
import dev.formulary.testkit.VendorReply;
import dev.formulary.testkit.VendorReply.Ending;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Completions of a prompt, which touch the model's own template.
class CompletionTest extends OllamaCase {
    private static final String GENERATE = "/api/generate";
    private static final Set<String> ESSENTIAL = Set.of("raw", "suffix", "template", "context");
    private static final String BODY = "{\"model\":\"auto\",\"prompt\":\"<PRE>a\",\"raw\":true,\"num\":1e2}";

    private static ChatRequest completion(String body, Map<String, @Nullable Object> extra, boolean stream)
            throws Exception {
        WireBody source = Reading.of(body.getBytes(StandardCharsets.UTF_8), 0).frame(WireBody.OLLAMA_GENERATE);
        var options = new Options(null, null, null, null, null, null, null, null, Duration.ofMinutes(30), ESSENTIAL);
        return new ChatRequest("m", List.of(Message.text(Role.USER, "<PRE>a")), List.of(), null, Sampling.DEFAULT,
                new Format.Free(), stream, true, extra, source, options);
    }

    @Test
    void aRawPromptGoesToTheServersOwnEndpointAndItsLinesComeBackAsTheyAre() throws Exception {
        String first = "{\"model\":\"m\",\"response\":\"b\",\"thinking\":\"hm\",\"done\":false}";
        String last = "{\"response\":\"c\",\"done\":true,\"done_reason\":\"length\",\"context\":[1],"
                + "\"prompt_eval_count\":3,\"eval_count\":2}";
        vendor.next(GENERATE, VendorReply.lines(Ending.COMPLETE, first, last));

        var events = all(provider().chat(completion(BODY, Map.of("raw", true), true), attempt()));

        assertThat(vendor.last(GENERATE).text()).contains("\"prompt\":\"<PRE>a\"", "\"raw\":true", "\"num\":1e2",
                "\"model\":\"m\"", "\"stream\":true", "\"keep_alive\":1800");
        assertThat(vendor.requests(CHAT)).isEmpty();
        assertThat(events).hasSize(2).first().isInstanceOfSatisfying(Native.class, frame -> {
            assertThat(frame.frame().format()).isEqualTo(WireBody.OLLAMA_GENERATE);
            assertThat(new String(frame.frame().bytes(), StandardCharsets.UTF_8)).isEqualTo(first);
            assertThat(frame.meaning()).containsExactly(new Thinking("hm"), new Text("b"));
        });
        assertThat(events.getLast()).isInstanceOfSatisfying(Native.class, frame -> assertThat(frame.meaning())
                .containsExactly(new Text("c"), new Finish(Reason.LENGTH), new Accounting(Usage.of(3, 2))));
    }

    @Test
    void aWholeAnswerAndAnErrorAreUnderstood() throws Exception {
        vendor.next(GENERATE, VendorReply.json(200, "{\"response\":\"b\",\"done\":true,\"done_reason\":\"stop\"}"));
        var events = all(provider().chat(completion(BODY, Map.of("raw", true), false), attempt()));
        assertThat(events).singleElement().isInstanceOf(Native.class);

        vendor.next(GENERATE, VendorReply.json(404, "{\"error\":\"model 'm' not found\"}"));
        assertThat(failure(() -> provider().chat(completion(BODY, Map.of("raw", true), false), attempt())).category())
                .isEqualTo(FailureCategory.UNKNOWN_MODEL);
    }

    @Test
    void aPlainPromptIsAChat() throws Exception {
        var events = all(
                provider().chat(completion("{\"model\":\"auto\",\"prompt\":\"a\"}", Map.of(), false), attempt()));

        assertThat(text(events)).isEqualTo("Hello from the vendor.");
        assertThat(vendor.requests(GENERATE)).isEmpty();
        assertThat(vendor.last(CHAT).text()).contains("\"messages\"");
    }
}
