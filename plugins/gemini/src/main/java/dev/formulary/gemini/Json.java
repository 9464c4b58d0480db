package dev.formulary.gemini;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// The one JSON reader and writer of the plug-in: numbers keep all their digits, and nothing may stand behind a value.
/// Thread-safe.
final class Json {
    /// For writing; [#parse] reads.
    static final JsonMapper TREES = JsonMapper.builder(dev.formulary.wire.Json.pooled().build())
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
        return dev.formulary.wire.Json.malformed();
    }

    /// A count of tokens; 0 when there is none.
    static int count(JsonNode number) {
        return number.isIntegralNumber() && number.canConvertToInt() ? Math.max(0, number.intValue()) : 0;
    }
}
