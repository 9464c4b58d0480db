package dev.formulary.ollama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

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
import dev.formulary.testkit.JdkHttpTransport;
import dev.formulary.testkit.VendorServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
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

    static ProviderContext context(Map<String, Object> settings) {
        return new ProviderContext() {
            @Override
            public String id() {
                return "home";
            }

            @Override
            public Map<String, Object> settings() {
                return settings;
            }

            @Override
            public HttpTransport http() {
                return HTTP;
            }

            @Override
            public void log(System.Logger.Level level, String message, @Nullable Throwable cause) {
                throw new AssertionError(message, cause);
            }
        };
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
            WireBody source = Reading.of(bytes, 0).frame();
            return new ChatRequest("llama-test:latest", List.of(Message.text(Role.USER, "Hi")), List.of(), null,
                    sampling,
                    new Format.Free(), stream, false, Map.of(), source);
        } catch (ProviderException e) {
            throw new AssertionError(e);
        }
    }

    static List<ReplyEvent> all(ReplyStream stream) throws ProviderException, InterruptedException {
        try (stream) {
            var events = new ArrayList<ReplyEvent>();
            for (ReplyEvent event = stream.next(); event != null; event = stream.next()) {
                events.add(event);
            }
            return events;
        }
    }

    static String text(List<ReplyEvent> events) {
        var all = new StringBuilder();
        for (ReplyEvent event : events) {
            if (event instanceof ReplyEvent.Text(String text)) {
                all.append(text);
            } else if (event instanceof ReplyEvent.Native nativeFrame) {
                all.append(text(nativeFrame.meaning()));
            }
        }
        return all.toString();
    }

    static ProviderException failure(ThrowingCallable call) {
        ProviderException failure = catchThrowableOfType(ProviderException.class, call);
        assertThat(failure).isNotNull();
        assertThat(failure.getMessage()).doesNotContain(KEY).matches("[^A-Z].*[^.]");
        return failure;
    }

    /// An attempt with a minute to go.
    static Attempt attempt() {
        return attempt(Duration.ofMinutes(1));
    }

    static Attempt attempt(Duration firstByte) {
        return new Attempt() {
            @Override
            public String callId() {
                return "call-7";
            }

            @Override
            public Duration remaining() {
                return Duration.ofMinutes(1);
            }

            @Override
            public Duration firstByte() {
                return firstByte;
            }

            @Override
            public boolean cancelled() {
                return false;
            }

            @Override
            public void onCancel(Runnable release) {
                // these tests close the answer instead
            }
        };
    }
}
