package dev.formulary.engine.decision;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.IdentityHashMap;

/// A YAML text as a tree that knows where each of its nodes stands. No two nodes of it are the same object.
final class YamlTree {
    private static final ObjectMapper YAML = new ObjectMapper(
            YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final IdentityHashMap<JsonNode, Place> values = new IdentityHashMap<>();
    private final IdentityHashMap<JsonNode, Place> keys = new IdentityHashMap<>();
    private final JsonNode root;

    private YamlTree(String text) throws JsonProcessingException {
        try (JsonParser parser = YAML.createParser(text)) {
            root = parser.nextToken() == null ? MissingNode.getInstance() : node(parser);
            if (parser.nextToken() != null) {
                throw new JsonParseException(parser, "there is more than one document", parser.currentTokenLocation());
            }
        } catch (JsonProcessingException e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Line and column, from 1; 0 when unknown.
    record Place(int line, int column) {
        static final Place UNKNOWN = new Place(0, 0);
    }

    /// @throws JsonProcessingException when the text is not YAML, or uses an alias
    static YamlTree read(String text) throws JsonProcessingException {
        return new YamlTree(text);
    }

    JsonNode root() {
        return root;
    }

    /// Where a node begins.
    Place of(JsonNode node) {
        return values.getOrDefault(node, Place.UNKNOWN);
    }

    /// Where the name of a member stands, by its value; where the value begins when it has no name.
    Place named(JsonNode value) {
        Place key = keys.get(value);
        return key == null ? of(value) : key;
    }

    private JsonNode node(JsonParser parser) throws IOException {
        if (parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
            throw new JsonParseException(parser, "aliases are not understood, write it out",
                    parser.currentTokenLocation());
        }
        Place place = place(parser);
        JsonNode node = switch (parser.currentToken()) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_NULL -> new Nothing();
            case VALUE_TRUE -> new Flag(true);
            case VALUE_FALSE -> new Flag(false);
            case VALUE_NUMBER_INT -> parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                    ? new DoubleNode(parser.getDoubleValue())
                    : new LongNode(parser.getLongValue());
            case VALUE_NUMBER_FLOAT -> new DoubleNode(parser.getDoubleValue());
            default -> new TextNode(parser.getText());
        };
        values.put(node, place);
        return node;
    }

    private ObjectNode object(JsonParser parser) throws IOException {
        ObjectNode object = NODES.objectNode();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            Place key = place(parser);
            parser.nextToken();
            JsonNode value = node(parser);
            keys.put(value, key);
            object.set(name, value);
        }
        return object;
    }

    private ArrayNode array(JsonParser parser) throws IOException {
        ArrayNode array = NODES.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(node(parser));
        }
        return array;
    }

    private static Place place(JsonParser parser) {
        return new Place(parser.currentTokenLocation().getLineNr(), parser.currentTokenLocation().getColumnNr());
    }

    /// Jackson has one node for all.
    private static final class Flag extends BooleanNode {
        private static final long serialVersionUID = 1;

        Flag(boolean value) {
            super(value);
        }
    }

    /// Jackson has one node for all.
    private static final class Nothing extends NullNode {
        private static final long serialVersionUID = 1;
    }
}
