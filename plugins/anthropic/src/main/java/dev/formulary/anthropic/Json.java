package dev.formulary.anthropic;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.spi.ProviderException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The one JSON factory of the plug-in.
final class Json {
    static final JsonFactory FACTORY = dev.formulary.wire.Json.pooled().build();
    /// For trees only. Fractions keep all their digits.
    static final ObjectMapper TREES = new ObjectMapper(FACTORY)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private Json() {}

    static ObjectNode object() {
        return TREES.createObjectNode();
    }

    /// An object that says what it is.
    static ObjectNode object(String type) {
        return object().put("type", type);
    }

    static ArrayNode array() {
        return TREES.createArrayNode();
    }

    static JsonNode of(Map<String, @Nullable Object> values) {
        return TREES.valueToTree(values);
    }

    /// @throws IOException when it is no JSON
    static JsonNode read(JsonParser in) throws IOException {
        try {
            return TREES.readTree(in);
        } catch (NumberFormatException e) {
            // an exponent that no number has
            throw new IOException(e);
        }
    }

    /// @throws IOException when it is no JSON
    static JsonNode read(byte[] json) throws IOException {
        try (JsonParser in = FACTORY.createParser(json)) {
            JsonNode tree = in.nextToken() == null ? MissingNode.getInstance() : read(in);
            if (in.nextToken() != null) {
                throw new IOException("more than one value");
            }
            return tree;
        }
    }

    static JsonNode read(String json) throws IOException {
        return read(json.getBytes(StandardCharsets.UTF_8));
    }

    static boolean isObject(String json) {
        try {
            return read(json).isObject();
        } catch (IOException e) {
            return false;
        }
    }

    static byte[] bytes(JsonNode tree) {
        try {
            return TREES.writeValueAsBytes(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can be written", e);
        }
    }

    static ProviderException malformed() {
        return dev.formulary.wire.Json.malformed();
    }

    static String quote(String text) {
        return dev.formulary.wire.Json.quote(text);
    }
}
