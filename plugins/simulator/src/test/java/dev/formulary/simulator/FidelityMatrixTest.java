package dev.formulary.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Effort;
import dev.formulary.spi.ChatRequest.Format;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Options;
import dev.formulary.spi.ChatRequest.Part;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.ChatRequest.Sampling;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.testkit.Answer;
import dev.formulary.testkit.FidelityMatrix;
import dev.formulary.testkit.TestAttempt;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FidelityMatrixTest {
    private static final List<Message> HI = List.of(Message.text(Role.USER, "Hi"));
    private static final Sampling TUNED = new Sampling(0.5, 0.9, null, 7L, 4_096, List.of());
    private static final Options ALL = new Options(40, 0.1, 1.0, -1.0, null, null, null, "ann", Duration.ofMinutes(1),
            Set.of());

    @Test
    void thePublishedTableSaysWhatBecomesOfEveryWish() throws Exception {
        new FidelityMatrix(Path.of("../FIDELITY.md")).assertColumn("simulator", simulator(Map.of()), "echo-large");
    }

    @Test
    void whatItDoesNotHeedIsToldOnceEachBeforeAnything() throws Exception {
        List<Message> named = Stream.of("ann", "bob").map(name -> new Message(Role.USER,
                List.<Part>of(new ChatRequest.Text("Hi")), List.of(), null, name)).toList();
        List<ReplyEvent> events = ask(simulator(Map.of()), request(named, null, TUNED, ALL)).events();

        List<ReplyEvent> told = told("temperature", "top_p", "num_ctx", "top_k", "min_p", "frequency_penalty",
                "presence_penalty", "user", "keep_alive", "name");
        assertThat(events.subList(0, told.size())).isEqualTo(told);
        assertThat(events.subList(told.size(), events.size())).noneMatch(ReplyEvent.Ignored.class::isInstance);
    }

    @Test
    void whoAsksForNothingMoreIsToldNothing() throws Exception {
        var usual = new Sampling(null, null, 300, 7L, null, List.of("END"));
        var options = new Options(null, null, null, null, 2, Effort.HIGH, false, null, null, Set.of());
        assertThat(ask(simulator(Map.of()), request(HI, null, usual, options)).events())
                .noneMatch(ReplyEvent.Ignored.class::isInstance);
    }

    @Test
    void theSameSeedGetsTheSameAnswer() throws Exception {
        Simulator simulator = simulator(Map.of());
        ChatRequest request = request(HI, null, TUNED, Options.NONE);
        assertThat(ask(simulator, request).events()).isEqualTo(ask(simulator, request).events());
    }

    @Test
    void earlierCallsAreRead() throws Exception {
        List<Message> conversation = List.of(HI.getFirst(), new Message(Role.ASSISTANT, List.of(),
                List.of(new ChatRequest.ToolCall("1", "weather", "{\"city\":\"Bonn\"}")), null, null),
                Message.text(Role.TOOL, "sun"));
        Answer answer = ask(simulator(Map.of()), request(conversation, null, Sampling.DEFAULT, Options.NONE));
        assertThat(answer.text()).endsWith("You said: sun");
        assertThat(answer.usage()).isNotNull().satisfies(usage -> assertThat(usage.promptTokens())
                .isEqualTo(1 + 2 + 4 + 1));
    }

    @Test
    void aModelThatDeclinesTellsItToo() throws Exception {
        Simulator declines = simulator(Map.of("error", "refused", "error-rate", 1));
        List<ReplyEvent> events = ask(declines, request(HI, null, new Sampling(0.5, null, null, null, null, List.of()),
                Options.NONE)).events();
        assertThat(events.subList(0, 2)).isEqualTo(List.of(new ReplyEvent.Ignored("temperature"),
                Composer.refusal().getFirst()));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void whatIsToldIsNoPartOfAnAnswerThatBreaksOff(int tokens) throws Exception {
        Simulator cut = simulator(Map.of("faults", List.of(Map.of("fault", "cut", "after-tokens", tokens))));
        try (var reply = cut.chat(request(HI, null, TUNED, ALL), TestAttempt.patient())) {
            int texts = 0;
            int told = 0;
            try {
                for (ReplyEvent event = reply.next(); event != null; event = reply.next()) {
                    texts += event instanceof ReplyEvent.Text ? 1 : 0;
                    told += event instanceof ReplyEvent.Ignored ? 1 : 0;
                }
            } catch (ProviderException e) {
                assertThat(e.category()).isEqualTo(FailureCategory.CUT);
            }
            assertThat(List.of(told, texts)).containsExactly(9, tokens);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"required", "=weather"})
    void aToolThatMustBeCalledMustBeThere(String choice) throws Exception {
        Simulator simulator = simulator(Map.of());
        assertThatThrownBy(() -> ask(simulator, request(HI, choice, Sampling.DEFAULT, Options.NONE)))
                .isInstanceOfSatisfying(ProviderException.class,
                        e -> assertThat(e.category()).isEqualTo(FailureCategory.INVALID_REQUEST))
                .hasMessage("a tool must be called, but there are no tools");
    }

    private static List<ReplyEvent> told(String... names) {
        return Stream.of(names).<ReplyEvent>map(ReplyEvent.Ignored::new).toList();
    }

    private static Simulator simulator(Map<String, Object> more) throws ProviderException {
        var settings = new HashMap<String, Object>(Map.of("first-token-ms", 0, "tokens-per-second", 0));
        settings.putAll(more);
        return new Simulator(Behaviour.of(settings));
    }

    private static Answer ask(Simulator simulator, ChatRequest request) throws Exception {
        return Answer.read(simulator.chat(request, TestAttempt.patient()));
    }

    private static ChatRequest request(List<Message> messages, @Nullable String choice, Sampling sampling,
            Options options) {
        return new ChatRequest("echo-large", messages, List.of(), choice, sampling, new Format.Free(), true, true,
                Map.of(), null, options);
    }
}
