package dev.formulary.engine.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// That a repair changes no value, adds none and loses none, on documents made by chance.
class NearJsonTest {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(com.fasterxml.jackson.databind.cfg.JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .enable(com.fasterxml.jackson.databind.DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
    private static final String[] TEXTS = {"", "wash up", "a \"quoted\" word", "}", "]", "{", "[", "```", "a, b,", "//",
            "back\\slash", "é 皿", "true", "line\nbreak", ",}", "'"};

    private final Random random = new Random(42);

    private JsonNode value(int depth) {
        return switch (random.nextInt(depth > 3 ? 5 : 7)) {
            case 0 -> NODES.textNode(TEXTS[random.nextInt(TEXTS.length)]);
            case 1 -> NODES.numberNode(random.nextInt());
            case 2 -> NODES.numberNode(BigDecimal.valueOf(random.nextLong(), 1 + random.nextInt(19)));
            case 3 -> NODES.booleanNode(random.nextBoolean());
            case 4 -> NODES.nullNode();
            case 5 -> list(depth);
            default -> object(depth);
        };
    }

    private ArrayNode list(int depth) {
        ArrayNode list = NODES.arrayNode();
        for (int i = random.nextInt(4); i > 0; i--) {
            list.add(value(depth + 1));
        }
        return list;
    }

    private ObjectNode object(int depth) {
        ObjectNode object = NODES.objectNode();
        for (int i = random.nextInt(4); i > 0; i--) {
            object.set("m" + i + TEXTS[random.nextInt(TEXTS.length)], value(depth + 1));
        }
        return object;
    }

    /// The same document with what a model may do to it without changing what it says.
    private String dressed(String json) {
        var out = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (quoted) {
                out.append(c);
                if (c == '\\') {
                    out.append(json.charAt(++i));
                }
            } else {
                boolean filled = i > 0 && "{[".indexOf(json.charAt(i - 1)) < 0;
                if ((c == '}' || c == ']') && filled && random.nextInt(3) == 0) {
                    out.append(random.nextBoolean() ? "," : " ,\n");
                }
                out.append(c);
                out.append(",:{[}]".indexOf(c) >= 0 && random.nextInt(8) == 0 ? " /* so */\n" : "");
            }
            quoted ^= c == '"';
        }
        return switch (random.nextInt(4)) {
            case 0 -> "```json\n" + out + "\n```";
            case 1 -> "Here it is:\n" + out + "\nThat is all.";
            case 2 -> "<think>let me look</think>\n\n" + out;
            default -> out.toString();
        };
    }

    @Test
    void whatIsRepairedSaysTheSame() throws Exception {
        for (int i = 0; i < 3_000; i++) {
            JsonNode said = object(0);
            String written = dressed(JSON.writeValueAsString(said));

            NearJson.Read read = read(written);

            assertThat(read.value()).as(written).isEqualTo(said);
            assertThat(JSON.readTree(read.text())).as(written).isEqualTo(said);
        }
    }

    private static NearJson.Read read(String written) {
        try {
            return NearJson.read(written, true);
        } catch (NearJson.UnreadableException e) {
            throw new AssertionError(written, e);
        }
    }

    @Test
    void whatBreaksOffIsReadWholeOrNotAtAll() throws Exception {
        int closed = 0;
        for (int i = 0; i < 300; i++) {
            ObjectNode said = object(0);
            String json = JSON.writeValueAsString(said);
            for (int end = 0; end < json.length(); end++) {
                closed += readOrNot(json.substring(0, end), said, true) ? 1 : 0;
                assertThat(readOrNot(json.substring(0, end), said, false)).as(json.substring(0, end)).isFalse();
            }
        }
        assertThat(closed).isPositive();
    }

    private static boolean readOrNot(String beginning, JsonNode whole, boolean complete) {
        try {
            NearJson.Read read = NearJson.read(beginning, complete);
            if (!prefix(read.value(), whole)) {
                fail("%s was read as %s", beginning, read.text());
            }
            return true;
        } catch (NearJson.UnreadableException e) {
            return false;
        }
    }

    /// Whether all that the first says stands in the second, at the same place.
    private static boolean prefix(JsonNode some, JsonNode all) {
        if (some.isObject() && all.isObject()) {
            return some.properties().stream().allMatch(each -> all.has(each.getKey())
                    && prefix(each.getValue(), all.get(each.getKey())));
        }
        if (some.isArray() && all.isArray() && some.size() <= all.size()) {
            for (int i = 0; i < some.size(); i++) {
                if (!prefix(some.get(i), all.get(i))) {
                    return false;
                }
            }
            return true;
        }
        return some.equals(all);
    }

    @Test
    void whatIsDamagedByChanceHasNoNewTexts() throws Exception {
        for (int i = 0; i < 3_000; i++) {
            var damaged = new StringBuilder(dressed(JSON.writeValueAsString(object(0))));
            for (int n = 1 + random.nextInt(3); n > 0 && damaged.length() > 1; n--) {
                damaged.deleteCharAt(random.nextInt(damaged.length()));
            }
            try {
                NearJson.Read read = NearJson.read(damaged.toString(), random.nextBoolean());
                for (String text : texts(read.value())) {
                    assertThat(bare(damaged.toString())).contains(bare(text));
                }
            } catch (NearJson.UnreadableException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }

    private static String bare(String text) {
        return text.replaceAll("\\\\n|[\"\\\\\n]", "");
    }

    private static List<String> texts(JsonNode value) {
        List<String> all = new ArrayList<>();
        if (value.isTextual()) {
            all.add(value.textValue());
        }
        value.properties().forEach(each -> all.addAll(texts(each.getValue())));
        if (value.isArray()) {
            value.forEach(each -> all.addAll(texts(each)));
        }
        return all;
    }
}
