package dev.formulary.engine.dialect;

import static dev.formulary.engine.dialect.Wire.json;
import static dev.formulary.engine.dialect.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.formulary.spi.WireBody;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Where the members of an object lie, tried on objects as strangers write them.
class JsonMembersTest {
    private static final int OBJECTS_A_SEED = 200;
    private static final String[] SPACES = {"", "", "", " ", "\n", "\t", "\r\n  "};
    private static final String[] LETTERS = {"a", "B", "7", " ", "ä", "…", "𝄞", "\\n", "\\\"", "\\\\", "\\u00e9",
            "\\ud834\\udd1e", "{", "}", "[", ",", ":", "/"};
    private static final String[] NUMBERS = {"0", "-1", "42", "1.50", "1e3", "-2.5E-7",
            "123456789012345678901234567890"};

    private final Random random = new Random();
    private final StringBuilder out = new StringBuilder();

    static IntStream seeds() {
        return IntStream.range(0, 25);
    }

    private String any(String[] choices) {
        return choices[random.nextInt(choices.length)];
    }

    private void space() {
        out.append(any(SPACES));
    }

    private String string(int least) {
        var text = new StringBuilder("\"");
        for (int i = random.nextInt(6) + least; i > 0; i--) {
            text.append(any(LETTERS));
        }
        return text.append('"').toString();
    }

    private void value(int depth) {
        switch (random.nextInt(depth > 4 ? 5 : 7)) {
            case 0 -> out.append(string(0));
            case 1, 2 -> out.append(any(NUMBERS));
            case 3 -> out.append(random.nextBoolean());
            case 4 -> out.append("null");
            case 5 -> array(depth);
            default -> object(depth);
        }
    }

    private void array(int depth) {
        out.append('[');
        space();
        for (int i = random.nextInt(4); i > 0; i--) {
            value(depth + 1);
            space();
            out.append(i > 1 ? "," : "");
            space();
        }
        out.append(']');
    }

    private void object(int depth) {
        var names = new LinkedHashMap<JsonNode, String>();
        for (int i = random.nextInt(6); i > 0; i--) {
            String name = string(depth == 0 ? 1 : 0);
            names.putIfAbsent(json(name), name);
        }
        out.append('{');
        space();
        int left = names.size();
        for (String name : names.values()) {
            out.append(name);
            space();
            out.append(':');
            space();
            value(depth + 1);
            space();
            out.append(--left > 0 ? "," : "");
            space();
        }
        out.append('}');
    }

    /// A random object with space around it.
    private String written() {
        out.setLength(0);
        space();
        object(0);
        space();
        return out.toString();
    }

    private static String changed(Json.Members members, Map<String, String> changes) {
        return new String(members.source().with(changes), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void withoutChangesTheObjectIsTheSame(int seed) throws Exception {
        random.setSeed(seed);
        for (int i = 0; i < OBJECTS_A_SEED; i++) {
            String object = written();
            Json.Members members = Json.members(WireBody.OPENAI_CHAT, utf8(object));
            assertThat(json(changed(members, Map.of()))).as(object).isEqualTo(json(object));
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyPlaceHoldsExactlyTheNameAndTheValue(int seed) throws Exception {
        random.setSeed(seed);
        for (int i = 0; i < OBJECTS_A_SEED; i++) {
            String object = written();
            byte[] bytes = utf8(object);
            JsonNode wanted = json(object);
            for (WireBody.Member each : Json.members(WireBody.OPENAI_CHAT, bytes).source().members()) {
                String piece = new String(bytes, each.start(), each.end() - each.start(), StandardCharsets.UTF_8);
                assertThat(piece).as(object).startsWith("\"").isEqualTo(piece.strip());
                assertThat(json("{" + piece + "}").get(each.name())).as(object).isEqualTo(wanted.get(each.name()));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void replacingRemovingAndAddingChangesExactlyThese(int seed) throws Exception {
        random.setSeed(seed);
        for (int i = 0; i < OBJECTS_A_SEED; i++) {
            String object = written();
            ObjectNode wanted = (ObjectNode) json(object);
            var changes = new LinkedHashMap<String, String>();
            List<String> names = new ArrayList<>();
            wanted.fieldNames().forEachRemaining(names::add);
            for (String name : names) {
                switch (random.nextInt(4)) {
                    case 0 -> {
                        wanted.remove(name);
                        changes.put(name, "");
                    }
                    case 1 -> {
                        wanted.set(name, TextNode.valueOf("new"));
                        changes.put(name, "\"new\"");
                    }
                    default -> {
                        // stays
                    }
                }
            }
            wanted.set("added by \"us\"", JsonNodeFactory.instance.numberNode(7));
            changes.put("added by \"us\"", "7");
            Json.Members members = Json.members(WireBody.OPENAI_CHAT, utf8(object));
            assertThat(json(changed(members, changes))).as(object).isEqualTo(wanted);
        }
    }
}
