package dev.formulary.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.Attempt;
import dev.formulary.spi.HttpTransport;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderException;
import dev.formulary.testkit.Failures;
import dev.formulary.testkit.JdkHttpTransport;
import dev.formulary.testkit.TestAttempt;
import dev.formulary.testkit.TestContext;
import dev.formulary.testkit.VendorReply;
import dev.formulary.testkit.VendorReply.Ending;
import dev.formulary.testkit.VendorServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;

/// What the tests of this plug-in share: a vendor's server, and providers that ask it.
abstract class GeminiCase {
    static final String MODEL = "gemini-2.5-flash";
    static final String EMBEDDING_MODEL = "gemini-embedding-001";
    static final String KEY = "AIzaSyVerySecretKey-1234567890";
    static final String MODELS = "/v1beta/models?pageSize=1000";
    static final String WHOLE = "/v1beta/models/" + MODEL + ":generateContent";
    static final String STREAM = "/v1beta/models/" + MODEL + ":streamGenerateContent?alt=sse";

    final JdkHttpTransport http = new JdkHttpTransport();
    final VendorServer vendor = vendor();

    /// A server that says "Hello from the vendor."
    static VendorServer vendor() {
        return VendorServer.bare()
                .always(MODELS, VendorReply.json(200, models()))
                .always("/v1beta/models?pageSize=1", VendorReply.json(200, models()))
                .always(WHOLE, VendorReply.json(200, recorded("text").frames().toString()))
                .always(STREAM, VendorReply.pieces("text/event-stream",
                        new String(recorded("text").in(Recording.Form.EVENTS), StandardCharsets.UTF_8), 100, 0))
                .always("/v1beta/models/" + EMBEDDING_MODEL + ":batchEmbedContents",
                        VendorReply.json(200, "{\"embeddings\":[{\"values\":[0.5,-1]},{\"values\":[0.25,1e-3]}]}"));
    }

    static Recording recorded(String name) {
        return Recording.named(name);
    }

    private static String models() {
        return """
            {"models":[
              {"name":"models/gemini-2.5-flash","version":"001","displayName":"Gemini 2.5 Flash","inputTokenLimit":1048576,
               "outputTokenLimit":65536,"supportedGenerationMethods":["generateContent","countTokens"],"thinking":true},
              {"name":"models/gemini-embedding-001","inputTokenLimit":2048,"outputTokenLimit":1,
               "supportedGenerationMethods":["embedContent","countTextTokens"]}]}""";
    }

    @AfterEach
    void close() {
        vendor.close();
        http.close();
    }

    Provider provider() {
        return provider(http, Map.of("base-url", vendor.baseUrl()));
    }

    static Provider provider(HttpTransport transport, Map<String, Object> more) {
        var settings = new HashMap<String, Object>(Map.of("api-key", KEY));
        settings.putAll(more);
        try {
            return new GeminiFactory().create(new TestContext("cloud", settings, transport));
        } catch (ProviderException e) {
            throw new AssertionError(e);
        }
    }

    /// A provider whose vendor plays the tape.
    static Provider provider(Tape tape) {
        return provider(tape, Map.of("base-url", "http://vendor.test"));
    }

    /// The next stream breaks off, or stalls, behind these frames.
    void nextStream(Ending ending, List<String> frames) {
        vendor.next(STREAM, VendorReply.events(ending, frames.toArray(String[]::new)));
    }

    static Attempt attempt() {
        return TestAttempt.patient();
    }

    static JsonNode json(String text) {
        try {
            return Json.TREES.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ProviderException failure(ThrowingCallable call) {
        return Failures.of(call, KEY);
    }
}
