package dev.formulary.engine.decision;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.engine.config.Nearest;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The members of a YAML object, asked for by name. Names may be written `first-byte-ms` or `firstByteMs`.
final class Fields {
    private final String where;
    private final Map<String, JsonNode> members = new HashMap<>();
    private final Map<String, String> written = new LinkedHashMap<>();
    /// Names as they should be written, by their plain form.
    private final Map<String, String> asked = new TreeMap<>();

    /// Something is not as it must be; the message is for the author.
    static final class Wrong extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final String text;
        private final transient @Nullable JsonNode at;

        Wrong(String text) {
            this(text, null);
        }

        /// @param at the value that is wrong, or whose name is
        Wrong(String text, @Nullable JsonNode at) {
            super(text);
            this.text = text;
            this.at = at;
        }

        String text() {
            return text;
        }

        @Nullable
        JsonNode at() {
            return at;
        }
    }

    private Fields(JsonNode node, String where) {
        this.where = where;
        if (!node.isMissingNode() && !node.isNull()) {
            if (!node.isObject()) {
                throw new Wrong("'" + where + "' must have members", node);
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
            if (!node.isObject() && !node.isMissingNode() && !node.isNull()) {
                throw new Wrong("'" + where + "' must have members", node);
            }
            node.properties().forEach(member -> {
                all.properties().stream().map(Map.Entry::getKey).filter(
                        name -> plain(name).equals(plain(member.getKey()))).findFirst().ifPresent(all::remove);
                all.set(member.getKey(), member.getValue());
            });
        }
        return all;
    }

    private static String plain(String name) {
        return name.replace("-", "").replace("_", "").toLowerCase(Locale.ROOT);
    }

    /// Whether nothing at all is said.
    boolean empty() {
        return written.isEmpty();
    }

    boolean has(String name) {
        JsonNode node = members.get(plain(name));
        return node != null && !node.isNull();
    }

    JsonNode node(String name) {
        asked.put(plain(name), name);
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
        for (JsonNode one : node.isArray() ? node : List.of(node)) {
            if (one.isContainerNode() || one.isNull()) {
                throw wrong(name, "a list of texts", one);
            }
            texts.add(one.asText());
        }
        return texts;
    }

    /// The items of a list; none when it is missing.
    List<JsonNode> list(String name) {
        JsonNode node = node(name);
        if (!node.isMissingNode() && !node.isArray()) {
            throw wrong(name, "a list", node);
        }
        var items = new ArrayList<JsonNode>();
        node.forEach(items::add);
        return items;
    }

    /// The members of a member, by name as written; none when it is missing.
    Map<String, JsonNode> members(String name) {
        JsonNode node = node(name);
        if (!node.isMissingNode() && !node.isObject()) {
            throw wrong(name, "names with values", node);
        }
        var all = new LinkedHashMap<String, JsonNode>();
        node.properties().forEach(member -> all.put(member.getKey(), member.getValue()));
        return all;
    }

    /// What the function makes of a text; it throws a [DateTimeException] when it can't.
    <T> T read(String name, T otherwise, String right, Function<String, T> reader) {
        JsonNode node = node(name);
        if (node.isMissingNode()) {
            return otherwise;
        }
        try {
            return reader.apply(node.asText());
        } catch (DateTimeException e) {
            throw wrong(name, right, node);
        }
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
        List<String> words = Arrays.stream(type.getEnumConstants()).map(one -> one.name().toLowerCase(Locale.ROOT))
                .toList();
        throw new Wrong("'" + where + "." + name + "' must be one of "
                + words.stream().sorted().toList() + ", not '" + text + "'" + meant(text, words),
                members.get(plain(name)));
    }

    private Wrong wrong(String name, String right, JsonNode node) {
        return new Wrong("'" + where + "." + name + "' must be " + right + ", not '"
                + (node.isValueNode() ? node.asText() : node) + "'", node);
    }

    private static String meant(String word, Collection<String> words) {
        String nearest = Nearest.to(word, words);
        return nearest == null ? "" : "; did you mean '" + nearest + "'?";
    }

    /// Complains about members that nobody asked for.
    void done() {
        written.forEach((plain, name) -> {
            if (!asked.containsKey(plain)) {
                throw new Wrong("'" + where + "." + name + "' is not known, there are " + asked.values().stream()
                        .sorted().toList() + meant(name, asked.values()), members.get(plain));
            }
        });
    }
}
