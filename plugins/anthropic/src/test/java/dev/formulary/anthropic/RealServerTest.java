package dev.formulary.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.testkit.Answer;
import dev.formulary.testkit.JdkHttpTransport;
import dev.formulary.testkit.TestAttempt;
import dev.formulary.testkit.TestContext;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// A real server that speaks the format, such as llama-server; for runs by hand with
/// `-Dformulary.messages-server=http://127.0.0.1:8080`. It needs no key, and a context below 20,000 tokens.
@EnabledIfSystemProperty(named = "formulary.messages-server", matches = "http.*")
class RealServerTest {
    private final JdkHttpTransport http = new JdkHttpTransport();

    @AfterEach
    void close() {
        http.close();
    }

    private Provider provider(Map<String, Object> more) throws ProviderException {
        var settings = new java.util.HashMap<String, Object>(more);
        settings.put("base-url", System.getProperty("formulary.messages-server", ""));
        return new AnthropicFactory().create(new TestContext("box", settings, http));
    }

    private Answer answer(Ask ask) throws Exception {
        Provider provider = provider(Map.of("thinking", "budget"));
        String model = provider.models().getFirst().id();
        return Answer.read(provider.chat(ask.model(model).request(), TestAttempt.patient()));
    }

    @Test
    void answersInBothManners() throws Exception {
        Answer whole = answer(Ask.said().system("Be short.").user("Hi").maxTokens(30));
        Answer stream = answer(
                Ask.said().system("Be short.").user("Hi").maxTokens(30).sampling(0.0, null, 30).stream());

        assertThat(whole.text()).isNotBlank();
        assertThat(stream.text()).isNotBlank();
        assertThat(stream.finishes()).hasSize(1);
        assertThat(stream.usage()).isNotNull().satisfies(usage -> assertThat(usage.promptTokens()).isPositive());
    }

    @Test
    void stopsAtTheLimit() throws Exception {
        assertThat(answer(Ask.hi().maxTokens(2).stream()).finishes()).containsExactly(ReplyEvent.Finish.Reason.LENGTH);
    }

    @Test
    void givesItsOwnFrames() throws Exception {
        Provider provider = provider(Map.of());
        var ask = Ask.hi().model(provider.models().getFirst().id()).stream()
                .body("{\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");

        assertThat(Recorded.all(provider.chat(ask.request(), TestAttempt.patient()))).hasSizeGreaterThan(3)
                .allMatch(ReplyEvent.Native.class::isInstance);
    }

    @Test
    void saysThatAPromptIsTooLong() {
        ProviderException failure = MessagesCase.failure(() -> answer(Ask.said().user("x ".repeat(20_000))));

        assertThat(failure.category()).as(failure.getMessage()).isEqualTo(FailureCategory.CONTEXT_OVERFLOW);
    }
}
