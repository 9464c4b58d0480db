package dev.formulary.ollama;

import dev.formulary.spi.Attempt;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Format;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.ChatRequest.Sampling;
import dev.formulary.spi.HttpTransport;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderContext;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyStream;
import dev.formulary.spi.WireBody;
import dev.formulary.testkit.Answer;
import dev.formulary.testkit.Failures;
import dev.formulary.testkit.JdkHttpTransport;
import dev.formulary.testkit.TestAttempt;
import dev.formulary.testkit.TestContext;
import dev.formulary.testkit.VendorServer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;

/// What the tests of this plug-in share.
abstract class OllamaCase {
    static final String CHAT = "/api/chat";
    static final String KEY = "sk-very-secret-key-1234";

    /// Serves all tests of a run and ends with it.
    static final HttpTransport HTTP = new JdkHttpTransport();

    final VendorServer vendor = VendorServer.ollama();

    @AfterEach
    void closeVendor() {
        vendor.close();
    }

    Provider provider() {
        return provider(Map.of());
    }

    Provider provider(Map<String, Object> more) {
        var settings = new HashMap<String, Object>(Map.of("base-url", vendor.baseUrl(), "api-key", KEY));
        settings.putAll(more);
        try {
            return new OllamaFactory().create(context(settings));
        } catch (ProviderException e) {
            throw new AssertionError(e);
        }
    }

    /// A context in which nothing is logged.
    static ProviderContext context(Map<String, Object> settings) {
        return new TestContext("home", settings, HTTP, line -> {
            throw new AssertionError(line);
        });
    }

    static ChatRequest ask(boolean stream) {
        return new ChatRequest("llama-test:latest", List.of(Message.text(Role.USER, "Hi")), List.of(), null,
                Sampling.DEFAULT,
                new Format.Free(), stream, false, Map.of(), null);
    }

    /// The same in the caller's own bytes.
    static ChatRequest askNatively(String body, boolean stream, Sampling sampling) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        try {
            WireBody source = Reading.of(bytes, 0).frame(WireBody.OLLAMA_CHAT);
            return new ChatRequest("llama-test:latest", List.of(Message.text(Role.USER, "Hi")), List.of(), null,
                    sampling,
                    new Format.Free(), stream, false, Map.of(), source);
        } catch (ProviderException e) {
            throw new AssertionError(e);
        }
    }

    static List<ReplyEvent> all(ReplyStream stream) throws ProviderException, InterruptedException {
        return Answer.events(stream);
    }

    static String text(List<ReplyEvent> events) {
        return Answer.of(events).text();
    }

    static ProviderException failure(ThrowingCallable call) {
        return Failures.of(call, KEY);
    }

    static Attempt attempt() {
        return TestAttempt.patient();
    }
}
