package dev.formulary.local;

import static dev.formulary.local.LocalCase.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.local.child.Request;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Format;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Options;
import dev.formulary.spi.ChatRequest.Part;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.ChatRequest.Sampling;
import dev.formulary.spi.ChatRequest.Tool;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent.Ignored;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What is carried, what is left out and told, and what is refused.
class QuestionTest {
    private static final Message HI = Message.text(Role.USER, "hi");

    private List<Message> messages = List.of(HI);
    private List<Tool> tools = List.of();
    private @Nullable String toolChoice;
    private Sampling sampling = Sampling.DEFAULT;
    private Format format = new Format.Free();
    private Map<String, @Nullable Object> extra = Map.of();
    private Options options = Options.NONE;

    private Question question() throws ProviderException {
        return Question.of(new ChatRequest("m", messages, tools, toolChoice, sampling, format, true, true, extra, null,
                options), 4096);
    }

    private void refused(String message) {
        ProviderException failure = failure(this::question);
        assertThat(failure.category()).isEqualTo(FailureCategory.UNSUPPORTED);
        assertThat(failure).hasMessage(message);
    }

    @Test
    void whatIsNotSaidIsAsTheLibrarysOwnProgramsDoIt() throws ProviderException {
        assertThat(question()).isEqualTo(new Question(List.of(new Request.Turn("user", "hi")),
                new Request.Manner(Integer.MAX_VALUE, 0.8f, 40, 0.95f, 0.05f, 1, 0, 0, -1, false, List.of()),
                List.of()));
    }

    @Test
    void whatIsSaidIsCarried() throws ProviderException {
        messages = List.of(Message.text(Role.SYSTEM, "be brief"), HI, Message.text(Role.ASSISTANT, "ho"), HI);
        sampling = new Sampling(0.0, 0.5, 9, 7L, 4096, List.of("x"));
        options = new Options(3, 0.1, 1.5, -1.5, null, null, null, null, Duration.ofMinutes(1), Set.of());
        extra = Map.of("repeat_penalty", new BigDecimal("1.1"));
        format = new Format.Json();
        assertThat(question()).isEqualTo(new Question(
                List.of(new Request.Turn("system", "be brief"), new Request.Turn("user", "hi"),
                        new Request.Turn("assistant", "ho"), new Request.Turn("user", "hi")),
                new Request.Manner(9, 0, 3, 0.5f, 0.1f, 1.1f, 1.5f, -1.5f, 7, true, List.of("x")), List.of()));
    }

    @Test
    void whatOnlyTunesIsLeftOutAndTold() throws ProviderException {
        sampling = new Sampling(null, null, null, null, 5000, List.of());
        options = new Options(null, null, null, null, null, ChatRequest.Effort.LOW, true, "someone", null, Set.of());
        extra = Map.of("logit_bias", Map.of());
        messages = List.of(new Message(Role.ASSISTANT, List.of(new ChatRequest.Thought("hm", "other:sig"),
                new ChatRequest.Text("ho")), List.of(), null, "name"), new Message(Role.USER, HI.parts(), List.of(),
                        null, "name"));
        assertThat(question().ignored()).containsExactly(new Ignored("logit_bias"), new Ignored("reasoning_effort"),
                new Ignored("parallel_tool_calls"), new Ignored("user"), new Ignored("num_ctx"), new Ignored("name"),
                new Ignored("thinking"));
        assertThat(question().turns().getFirst().text()).isEqualTo("ho");
    }

    @Test
    void whatChangesTheAnswerIsRefused() {
        tools = List.of(new Tool("t", null, Map.of()));
        refused("models on this machine can't be given tools");
        tools = List.of();
        format = new Format.Schema("s", Map.of(), true);
        refused("models on this machine can't be given answers to a schema");
        format = new Format.Free();
        options = new Options(null, null, null, null, 3, null, null, null, null, Set.of());
        refused("models on this machine can't be given probabilities of tokens");
        options = new Options(null, null, null, null, null, null, null, null, null, Set.of("n"));
        extra = Map.of("n", 3);
        refused("this model's provider can't carry 'n'");
        extra = Map.of();
        for (Map.Entry<Part, String> part : Map.<Part, String>of(new ChatRequest.Image("image/png", "AA==", false),
                "pictures", new ChatRequest.Audio("audio/wav", "AA=="), "sound",
                new ChatRequest.Document("application/pdf", "AA==", false, null), "documents",
                new ChatRequest.Opaque("odd"), "'odd'").entrySet()) {
            messages = List.of(new Message(Role.USER, List.of(part.getKey()), List.of(), null, null));
            refused("models on this machine can't be given " + part.getValue());
        }
        messages = List.of(Message.text(Role.TOOL, "42"));
        refused("models on this machine can't be given tools");
        messages = List.of(
                new Message(Role.ASSISTANT, List.of(), List.of(new ChatRequest.ToolCall("1", "t", "{}")), null, null));
        refused("models on this machine can't be given tools");
    }

    @Test
    void toolsThatMustNotBeCalledAreNoMatter() throws ProviderException {
        tools = List.of(new Tool("t", null, Map.of()));
        toolChoice = "none";
        assertThat(question().ignored()).isEmpty();
    }

    @Test
    void everySeedIsOneThatCanBeRepeated() throws ProviderException {
        for (long seed : new long[]{0, 1, -1, 0xFFFF_FFFFL, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 40}) {
            sampling = new Sampling(null, null, null, seed, null, List.of());
            assertThat(question().manner().seed()).as("of %d", seed).isNotEqualTo(-1);
        }
    }

    @Test
    void aPenaltyThatIsNoneIsToldToTheCaller() {
        for (Object wrong : List.of("1", 0, 11, -1.5)) {
            extra = Map.of("repeat_penalty", wrong);
            assertThat(failure(this::question).category()).isEqualTo(FailureCategory.INVALID_REQUEST);
        }
    }
}
