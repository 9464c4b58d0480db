package dev.formulary.gemini;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// The one JSON reader and writer of the plug-in. Its buffers are pooled without thread locals, for calls run on virtual
/// threads; numbers keep all their digits. Thread-safe.
final class Json {
    /// For writing; [#parse] reads.
    static final JsonMapper TREES = JsonMapper.builder(JsonFactory.builder()
            .recyclerPool(JsonRecyclerPools.newConcurrentDequePool())
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS, DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private Json() {}

    static ObjectNode object() {
        return TREES.createObjectNode();
    }

    static byte[] bytes(JsonNode tree) {
        return tree.toString().getBytes(StandardCharsets.UTF_8);
    }

    /// @throws ProviderException with [FailureCategory#MALFORMED] when it is no JSON
    static JsonNode read(byte[] json) throws ProviderException {
        try {
            return parse(json);
        } catch (IOException e) {
            // the parser's own message would show pieces of the answer
            throw malformed();
        }
    }

    /// @throws IOException when it is no JSON; its message may show pieces of it
    static JsonNode parse(byte[] json) throws IOException {
        try {
            return TREES.readTree(json);
        } catch (NumberFormatException e) {
            // a number that fits into no decimal, such as 1e9999999999
            throw new IOException(e);
        }
    }

    static ProviderException malformed() {
        return new ProviderException(FailureCategory.MALFORMED,
                "the vendor's answer is not the json that it should be");
    }

    /// A count of tokens; 0 when there is none.
    static int count(JsonNode number) {
        return number.isIntegralNumber() && number.canConvertToInt() ? Math.max(0, number.intValue()) : 0;
    }
}
