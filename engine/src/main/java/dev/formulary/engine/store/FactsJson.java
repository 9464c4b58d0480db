package dev.formulary.engine.store;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import dev.formulary.engine.facts.AlertTiming;
import dev.formulary.engine.facts.Budget;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Continuity;
import dev.formulary.engine.facts.Host;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Outcome;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Situation;
import dev.formulary.spi.ClassPrices;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.PriceStep;
import dev.formulary.spi.Usage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Facts as JSON, and back without loss. Strict: what was written with other members than the facts have now is not read,
/// because a fact that is made up could change a decision; but for members that came later, of which it is known what was so
/// before. Thread-safe.
final class FactsJson {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .addModule(new SimpleModule()
                    .addSerializer(Instant.class, ToStringSerializer.instance)
                    .addDeserializer(Instant.class, new Iso<>(Instant.class, Instant::parse, "time"))
                    .addSerializer(Duration.class, ToStringSerializer.instance)
                    .addDeserializer(Duration.class, new Iso<>(Duration.class, Duration::parse, "duration")))
            .visibility(com.fasterxml.jackson.annotation.PropertyAccessor.IS_GETTER, JsonAutoDetect.Visibility.NONE)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    /// Members that versions before did not write, and what was so then.
    private static final Map<Class<?>, Map<String, JsonNode>> LATER = Map.ofEntries(
            Map.entry(DecisionFile.Line.class, Map.of("continuity", NullNode.getInstance())),
            Map.entry(Call.class, Map.of("labels", JsonNodeFactory.instance.arrayNode(), "models",
                    JsonNodeFactory.instance.arrayNode(), "tag", TextNode.valueOf(""))),
            Map.entry(Outcome.class, Map.of("handedOver", TextNode.valueOf(""), "stream", NullNode.getInstance())),
            Map.entry(Situation.class,
                    Map.of("waiting", IntNode.valueOf(0), "measures", JsonNodeFactory.instance.arrayNode())),
            Map.entry(Host.class, Map.of("gpus", JsonNodeFactory.instance.arrayNode())),
            Map.entry(Notice.class,
                    Map.of("resource", TextNode.valueOf(""), "timing", MAPPER.valueToTree(AlertTiming.PRESET),
                            "holds", BooleanNode.FALSE, "wanted", JsonNodeFactory.instance.arrayNode())),
            Map.entry(Ruled.class,
                    Map.of("queue", NullNode.getInstance(), "reactions", JsonNodeFactory.instance.objectNode())),
            Map.entry(Outcome.Tried.class,
                    Map.of("kind", NullNode.getInstance(), "vainMicros", NullNode.getInstance())),
            Map.entry(Candidate.Vitals.class, Map.of("limitSeconds", IntNode.valueOf(-1), "expectedFirstByteMs",
                    IntNode.valueOf(-1), "expectedMs", IntNode.valueOf(-1), "doubt", DoubleNode.valueOf(-1))),
            Map.entry(ClassPrices.class,
                    Map.of("steps", JsonNodeFactory.instance.arrayNode(), "longCacheWrite", IntNode.valueOf(-1))),
            Map.entry(PriceStep.class, Map.of("longCacheWrite", IntNode.valueOf(-1))),
            Map.entry(Usage.class, Map.of("longCacheWriteTokens", IntNode.valueOf(0))),
            Map.entry(Continuity.class, Map.of("keptTurns", IntNode.valueOf(0), "keptTokens", IntNode.valueOf(0))),
            Map.entry(Budget.class,
                    Map.of("hard", BooleanNode.TRUE, "step", IntNode.valueOf(0), "outlook",
                            MAPPER.valueToTree(Budget.Outlook.UNKNOWN))));
    /// Where such members may be missing within others.
    private static final Map<Class<?>, List<Part>> PARTS = Map.of(
            DecisionFile.Line.class, List.of(new Part("call", Call.class), new Part("outcome", Outcome.class),
                    new Part("continuity", Continuity.class)),
            Question.class, List.of(new Part("call", Call.class)),
            Situation.class, List.of(new Part("host", Host.class), new Part("budgets", Budget.class)),
            Ruled.class, List.of(new Part("notices", Notice.class)),
            Outcome.class, List.of(new Part("attempts", Outcome.Tried.class), new Part("usage", Usage.class)),
            Parts.Card.class, List.of(new Part("card", ModelCard.class)),
            ModelCard.class, List.of(new Part("classPrices", ClassPrices.class)),
            ClassPrices.class, List.of(new Part("steps", PriceStep.class)));

    private record Part(String member, Class<?> type) {}

    private FactsJson() {}

    static byte[] write(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("facts can't be written", e);
        }
    }

    /// @throws IOException when the bytes are not what was written, or were written with members that there are not
    static <T> T read(byte[] json, Class<T> type) throws IOException {
        return read(json, MAPPER.constructType(type));
    }

    /// @throws IOException when the bytes are not what was written, or were written with members that there are not
    static <T> T read(byte[] json, TypeReference<T> type) throws IOException {
        return read(json, MAPPER.constructType(type));
    }

    @SuppressWarnings("TypeParameterUnusedInFormals") // the type is in the argument, without its parameter
    private static <T> T read(byte[] json, JavaType type) throws IOException {
        try {
            return MAPPER.readValue(json, type);
        } catch (MismatchedInputException e) {
            JsonNode tree = MAPPER.readTree(json);
            JavaType one = type.isCollectionLikeType() ? type.getContentType() : type;
            if (!eachComplete(tree, one.getRawClass())) {
                throw e;
            }
            return MAPPER.readValue(MAPPER.treeAsTokens(tree), type);
        }
    }

    /// @return whether something was missing that versions before did not write
    private static boolean complete(@Nullable JsonNode tree, Class<?> type) {
        if (!(tree instanceof ObjectNode object)) {
            return false;
        }
        boolean older = false;
        for (Map.Entry<String, JsonNode> later : LATER.getOrDefault(type, Map.of()).entrySet()) {
            if (!object.has(later.getKey())) {
                object.set(later.getKey(), later.getValue());
                older = true;
            }
        }
        for (Part part : PARTS.getOrDefault(type, List.of())) {
            older |= eachComplete(object.get(part.member()), part.type());
        }
        return older;
    }

    /// One, or a list of them.
    private static boolean eachComplete(@Nullable JsonNode tree, Class<?> type) {
        if (!(tree instanceof ArrayNode list)) {
            return complete(tree, type);
        }
        boolean older = false;
        for (JsonNode one : list) {
            older |= complete(one, type);
        }
        return older;
    }

    /// A whole question in one piece.
    static Question question(byte[] json) throws IOException {
        return read(json, Question.class);
    }

    private static final class Iso<T> extends StdDeserializer<T> {
        private static final long serialVersionUID = 1;

        private final transient Function<CharSequence, T> parse;
        private final String what;

        Iso(Class<T> type, Function<CharSequence, T> parse, String what) {
            super(type);
            this.parse = parse;
            this.what = what;
        }

        @Override
        public T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            try {
                return parse.apply(parser.getText());
            } catch (DateTimeException e) {
                throw context.weirdStringException(parser.getText(), _valueClass, "not a " + what + " in ISO 8601");
            }
        }
    }
}
