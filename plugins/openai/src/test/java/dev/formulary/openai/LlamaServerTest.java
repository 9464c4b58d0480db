package dev.formulary.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.formulary.spi.Capability;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Effort;
import dev.formulary.spi.ChatRequest.Format;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Options;
import dev.formulary.spi.ChatRequest.Part;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.ChatRequest.Sampling;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.HttpTransport;
import dev.formulary.spi.LoadedModel;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.Usage;
import dev.formulary.testkit.Answer;
import dev.formulary.testkit.JdkHttpTransport;
import dev.formulary.testkit.ProviderContract;
import dev.formulary.testkit.TestAttempt;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/// The contract, and what can be seen of the rest, against a real llama.cpp server. Runs where `LLAMA_SERVER` names its
/// program; a script that starts it will do.
@EnabledIfEnvironmentVariable(named = "LLAMA_SERVER", matches = ".+")
class LlamaServerTest extends ProviderContract {
    private static final String MODEL = "tiny.gguf";
    @TempDir
    static Path folder;

    private static @Nullable LlamaServer server;

    /// The contract asks for providers before anything here could be prepared.
    private static synchronized LlamaServer server() {
        LlamaServer running = server;
        if (running == null) {
            try {
                TinyModel.write(folder.resolve(MODEL));
                running = LlamaServer.start(System.getenv("LLAMA_SERVER"), folder, "-m", MODEL);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            server = running;
        }
        return running;
    }

    @AfterAll
    static void stopServer() {
        server().close();
    }

    private static Provider provider(HttpTransport http) throws ProviderException {
        return server().provider(http);
    }

    @Override
    protected Provider create(HttpTransport transport) throws ProviderException {
        return provider(transport);
    }

    @Override
    protected String model() {
        return MODEL;
    }

    @Override
    protected Duration soon() {
        return Duration.ofSeconds(20);
    }

    private static ChatRequest ask(Sampling sampling, Options options, Part... parts) {
        return new ChatRequest(MODEL, List.of(new Message(Role.USER, List.of(parts), List.of(), null, "ann")),
                List.of(),
                null, sampling, new Format.Free(), true, true, Map.of("options.repeat_last_n", 3), null, options);
    }

    private static Answer answer(ChatRequest request) throws Exception {
        try (var http = new JdkHttpTransport()) {
            return Answer.read(provider(http).chat(request, TestAttempt.patient()));
        }
    }

    @Test
    void recitesItsSentenceAndCounts() throws Exception {
        Answer answer = answer(ask(Sampling.DEFAULT, Options.NONE, new ChatRequest.Text("Hi")));
        assertThat(answer.text()).isEqualTo(String.join("", TinyModel.SENTENCE));
        assertThat(answer.finishes()).containsExactly(ReplyEvent.Finish.Reason.STOP);
        assertThat(answer.usage()).extracting(Usage::completionTokens).isEqualTo(TinyModel.SENTENCE.size() + 1);
    }

    @Test
    void takesEveryParameterThatItIsSaidToTake() throws Exception {
        var options = new Options(5, 0.1, 0.5, 0.5, 2, Effort.LOW, false, null, null, Set.of());
        Answer answer = answer(ask(new Sampling(0.5, 0.9, 4, 7L, null, List.of("every")), options,
                new ChatRequest.Text("Hi")));
        assertThat(answer.text().strip()).isEqualTo("the gateway answers");
        List<ReplyEvent.Logprobs.Token> tokens = answer.events().stream()
                .filter(ReplyEvent.Logprobs.class::isInstance).map(ReplyEvent.Logprobs.class::cast)
                .flatMap(each -> each.tokens().stream()).toList();
        // the token itself is empty while the server waits whether a text that ends the answer comes
        assertThat(tokens.getFirst().alternatives()).hasSize(2).first()
                .satisfies(likeliest -> assertThat(likeliest.text()).isEqualTo(" the"));
        assertThat(answer.events()).noneMatch(ReplyEvent.Ignored.class::isInstance);
        var few = new Sampling(null, null, 2, null, null, List.of());
        assertThat(answer(ask(few, Options.NONE, new ChatRequest.Text("Hi"))).finishes())
                .containsExactly(ReplyEvent.Finish.Reason.LENGTH);
    }

    private static FailureCategory failure(Part part) {
        return catchThrowableOfType(ProviderException.class,
                () -> answer(ask(Sampling.DEFAULT, Options.NONE, part))).category();
    }

    @Test
    void saysWhatItCanNotDo() {
        assertThat(failure(new ChatRequest.Text("word ".repeat(3_000)))).isEqualTo(FailureCategory.CONTEXT_OVERFLOW);
        assertThat(failure(new ChatRequest.Image("image/png", "iVBORw0KGgo=", false)))
                .isEqualTo(FailureCategory.UNSUPPORTED);
        assertThat(failure(new ChatRequest.Audio("audio/wav", "UklGRg=="))).isEqualTo(FailureCategory.UNSUPPORTED);
    }

    @Test
    void describesItsModel() throws Exception {
        try (var http = new JdkHttpTransport()) {
            ModelCard card = provider(http).models().getFirst();
            assertThat(card.contextTokens()).isEqualTo(TinyModel.CONTEXT_TOKENS);
            assertThat(card.capabilities()).contains(Capability.CHAT).doesNotContain(Capability.VISION);
            assertThat(provider(http).loaded(TestAttempt.patient())).extracting(LoadedModel::id)
                    .containsExactly(MODEL);
        }
    }
}
