package dev.formulary.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;

/// The JSON factory of a provider whose answers are UTF-8, and what is written with it. Thread-safe.
public final class Json {
    /// Reads bytes as UTF-8 without looking, so that the places of members are counted in them.
    public static final JsonFactory FACTORY = pooled().disable(JsonFactory.Feature.CHARSET_DETECTION).build();
    /// For trees only.
    public static final ObjectMapper TREES = new ObjectMapper(FACTORY);

    private Json() {}

    /// Begins a factory whose buffers are pooled without thread locals, for calls run on virtual threads, and whose errors show
    /// nothing of what was read.
    public static JsonFactoryBuilder pooled() {
        return new JsonFactoryBuilder()
                .recyclerPool(JsonRecyclerPools.newConcurrentDequePool())
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION);
    }

    /// A text as JSON, quotation marks included.
    public static String quote(String text) {
        return "\"" + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + "\"";
    }

    /// What is told in place of the parser's own message, which would show pieces of the answer.
    public static ProviderException malformed() {
        return new ProviderException(FailureCategory.MALFORMED,
                "the vendor's answer is not the json that it should be");
    }
}
