package dev.formulary.engine.decision;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// The members of a YAML object, asked for by name. Names may be written `first-byte-ms` or `firstByteMs`.
final class Fields {
    private final String where;
    private final Map<String, JsonNode> members = new HashMap<>();
    private final Map<String, String> written = new LinkedHashMap<>();
    private final Set<String> asked = new HashSet<>();

    /// Something is not as it must be; the message is for the author.
    static final class Wrong extends RuntimeException {
        private final String text;

        Wrong(String text) {
            super(text);
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    private Fields(JsonNode node, String where) {
        this.where = where;
        if (!node.isMissingNode() && !node.isNull()) {
            if (!node.isObject()) {
                throw new Wrong("'" + where + "' must have members");
            }
            node.properties().forEach(member -> {
                members.put(plain(member.getKey()), member.getValue());
                written.put(plain(member.getKey()), member.getKey());
            });
        }
    }

    static Fields of(JsonNode node, String where) {
        return new Fields(node, where);
    }

    /// Members of the second take the place of those of the first.
    static JsonNode merged(JsonNode first, JsonNode second, String where) {
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        for (JsonNode node : List.of(first, second)) {
            if (!node.isObject() && !node.isMissingNode()) {
                throw new Wrong("'" + where + "' must have members");
            }
            node.properties().forEach(member -> all.set(plain(member.getKey()), member.getValue()));
        }
        return all;
    }

    private static String plain(String name) {
        return name.replace("-", "").replace("_", "").toLowerCase(Locale.ROOT);
    }

    boolean has(String name) {
        JsonNode node = members.get(plain(name));
        return node != null && !node.isNull();
    }

    JsonNode node(String name) {
        asked.add(plain(name));
        JsonNode node = members.get(plain(name));
        return node == null || node.isNull() ? JsonNodeFactory.instance.missingNode() : node;
    }

    String text(String name, String otherwise) {
        JsonNode node = node(name);
        if (node.isContainerNode()) {
            throw wrong(name, "a text", node);
        }
        return node.isMissingNode() ? otherwise : node.asText();
    }

    double number(String name, double otherwise) {
        JsonNode node = node(name);
        if (!node.isMissingNode() && !node.isNumber()) {
            throw wrong(name, "a number", node);
        }
        return node.asDouble(otherwise);
    }

    int whole(String name, int otherwise) {
        JsonNode node = node(name);
        if (!node.isMissingNode() && !node.canConvertToInt()) {
            throw wrong(name, "a whole number", node);
        }
        return node.asInt(otherwise);
    }

    long big(String name, long otherwise) {
        JsonNode node = node(name);
        if (!node.isMissingNode() && !node.canConvertToLong()) {
            throw wrong(name, "a whole number", node);
        }
        return node.asLong(otherwise);
    }

    boolean flag(String name, boolean otherwise) {
        JsonNode node = node(name);
        if (!node.isMissingNode() && !node.isBoolean()) {
            throw wrong(name, "true or false", node);
        }
        return node.asBoolean(otherwise);
    }

    List<String> texts(String name, List<String> otherwise) {
        JsonNode node = node(name);
        if (node.isMissingNode()) {
            return otherwise;
        }
        var texts = new ArrayList<String>();
        (node.isArray() ? node : JsonNodeFactory.instance.arrayNode().add(node))
                .forEach(one -> texts.add(one.asText()));
        return texts;
    }

    <E extends Enum<E>> E word(String name, Class<E> type, E otherwise) {
        String text = text(name, "");
        return text.isEmpty() ? otherwise : constant(name, type, text);
    }

    <E extends Enum<E>> E constant(String name, Class<E> type, String text) {
        for (E constant : type.getEnumConstants()) {
            if (plain(constant.name()).equals(plain(text))) {
                return constant;
            }
        }
        throw new Wrong("'" + where + "." + name + "' must be one of "
                + Arrays.stream(type.getEnumConstants()).map(one -> one.name().toLowerCase(Locale.ROOT)).toList()
                + ", not '" + text + "'");
    }

    private Wrong wrong(String name, String right, JsonNode node) {
        return new Wrong("'" + where + "." + name + "' must be " + right + ", not '" + node + "'");
    }

    /// Complains about members that nobody asked for.
    void done() {
        written.forEach((plain, name) -> {
            if (!asked.contains(plain)) {
                throw new Wrong("'" + where + "." + name + "' is not known, there are " + asked.stream().sorted()
                        .toList());
            }
        });
    }
}
