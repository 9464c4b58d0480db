package dev.formulary.engine.store;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import dev.formulary.engine.facts.Outcome;
import dev.formulary.engine.facts.Question;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;

/// Facts as JSON, and back without loss. Strict: what was written with other members than the facts have now is not read,
/// because a fact that is made up could change a decision. Thread-safe.
final class FactsJson {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .addModule(new SimpleModule()
                    .addSerializer(Instant.class, ToStringSerializer.instance)
                    .addDeserializer(Instant.class, new IsoInstant()))
            .visibility(com.fasterxml.jackson.annotation.PropertyAccessor.IS_GETTER, JsonAutoDetect.Visibility.NONE)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private static final String CONTINUITY = "continuity";
    private static final String HANDED_OVER = "handedOver";

    private FactsJson() {}

    static byte[] write(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("facts can't be written", e);
        }
    }

    /// @throws IOException when the bytes are not what was written, or were written with other members
    static <T> T read(byte[] json, Class<T> type) throws IOException {
        return MAPPER.readValue(json, type);
    }

    /// @throws IOException when the bytes are not what was written, or were written with other members
    static <T> T read(byte[] json, TypeReference<T> type) throws IOException {
        return MAPPER.readValue(json, type);
    }

    /// A whole question in one piece.
    static Question question(byte[] json) throws IOException {
        return read(json, Question.class);
    }

    /// The line of a decision; versions before there were sessions wrote none with a continuity.
    static DecisionFile.Line line(byte[] json) throws IOException {
        ObjectNode tree = tree(json);
        if (!tree.has(CONTINUITY)) {
            tree.putNull(CONTINUITY);
        }
        if (tree.get("outcome") instanceof ObjectNode outcome) {
            complete(outcome);
        }
        return MAPPER.treeToValue(tree, DecisionFile.Line.class);
    }

    /// An outcome; those versions wrote none with a hand-over.
    static Outcome outcome(byte[] json) throws IOException {
        return MAPPER.treeToValue(complete(tree(json)), Outcome.class);
    }

    private static ObjectNode complete(ObjectNode outcome) {
        return outcome.has(HANDED_OVER) ? outcome : outcome.put(HANDED_OVER, "");
    }

    private static ObjectNode tree(byte[] json) throws IOException {
        if (MAPPER.readTree(json) instanceof ObjectNode tree) {
            return tree;
        }
        throw new IOException("not an object");
    }

    private static final class IsoInstant extends StdDeserializer<Instant> {
        private static final long serialVersionUID = 1;

        IsoInstant() {
            super(Instant.class);
        }

        @Override
        public Instant deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            try {
                return Instant.parse(parser.getText());
            } catch (DateTimeException e) {
                throw context.weirdStringException(parser.getText(), Instant.class, "not a time in ISO 8601");
            }
        }
    }
}
