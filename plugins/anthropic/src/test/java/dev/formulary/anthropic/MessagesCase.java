package dev.formulary.anthropic;

import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderException;
import dev.formulary.testkit.Failures;
import dev.formulary.testkit.JdkHttpTransport;
import dev.formulary.testkit.TestContext;
import dev.formulary.testkit.VendorReply;
import dev.formulary.testkit.VendorServer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;

/// What the tests share that ask a server.
abstract class MessagesCase {
    static final String MESSAGES = "/v1/messages";
    static final String MODELS = "/v1/models?limit=1000";
    static final String KEY = "sk-ant-very-secret-1234";

    final VendorServer vendor = VendorServer.bare();
    private final JdkHttpTransport http = new JdkHttpTransport();

    @AfterEach
    void close() {
        vendor.close();
        http.close();
    }

    Provider provider() {
        return provider(Map.of());
    }

    Provider provider(Map<String, Object> more) {
        var settings = new HashMap<String, Object>(Map.of("base-url", vendor.baseUrl(), "api-key", KEY));
        settings.putAll(more);
        try {
            return new AnthropicFactory().create(new TestContext("cloud", settings, http));
        } catch (ProviderException e) {
            throw new AssertionError(e);
        }
    }

    static ChatRequest ask(boolean stream) {
        return stream ? Ask.hi().stream().request() : Ask.hi().request();
    }

    static VendorReply recorded(String name) {
        return VendorReply.pieces("text/event-stream; charset=utf-8",
                new String(Recorded.stream(name), StandardCharsets.UTF_8), 100, 0);
    }

    static VendorReply recordedWhole(String name) {
        return VendorReply.json(200, new String(Recorded.whole(name), StandardCharsets.UTF_8));
    }

    static ProviderException failure(ThrowingCallable call) {
        return Failures.of(call, KEY);
    }
}
