package dev.formulary.simulator;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes the smallest JSON that a schema accepts, or is likely to where it asks for more than this can keep to.
final class JsonSample {
    /// What demands nothing of a value.
    private static final Set<String> REMARKS = Set.of("title", "description", "default", "examples", "$defs",
            "definitions", "$schema", "$id", "$comment", "deprecated", "readOnly", "writeOnly");
    /// What is kept to where a value is written by its type.
    private static final Set<String> KEPT = Set.of("type", "properties", "required", "additionalProperties", "items",
            "minItems", "maxItems", "minimum", "maximum", "minLength", "maxLength");
    private static final String WORD = "simulated";
    private static final int LONGEST = 1_000;
    /// Deep enough for schemas that people write, and an end for those that refer to themselves.
    private static final int DEEPEST = 12;

    private final Map<?, ?> root;
    private final StringBuilder out = new StringBuilder();
    private @Nullable String broken;

    private JsonSample(Map<?, ?> root) {
        this.root = root;
    }

    /// @param strict whether it must be accepted
    /// @throws ProviderException when it must and may not be
    static String of(Map<String, ?> schema, boolean strict) throws ProviderException {
        var sample = new JsonSample(schema);
        sample.write(schema, 0);
        if (strict && sample.broken != null) {
            throw new ProviderException(FailureCategory.UNSUPPORTED,
                    "the simulator can't keep to '" + sample.broken + "' in a schema");
        }
        return sample.out.toString();
    }

    private void breaks(Object keyword, boolean does) {
        if (does && broken == null) {
            broken = String.valueOf(keyword);
        }
    }

    private void write(@Nullable Object schema, int depth) {
        if (!(schema instanceof Map<?, ?> map)) {
            breaks("false", Boolean.FALSE.equals(schema));
            out.append("null");
            return;
        }
        if (depth > DEEPEST) {
            breaks("a depth above " + DEEPEST, true);
            out.append("null");
            return;
        }
        Object choice = first(map.get("enum"));
        Object other = target(map);
        if (map.containsKey("const")) {
            literal(map.get("const"), "const");
        } else if (choice != null) {
            literal(choice, "enum");
        } else if (other != null) {
            beside(map);
            write(other, depth + 1);
        } else {
            map.keySet().forEach(word -> breaks(word, !KEPT.contains(word) && !REMARKS.contains(word)));
            byType(map, depth);
        }
    }

    /// Only one schema is followed, and of several alternatives the first.
    private void beside(Map<?, ?> schema) {
        List<?> demands = schema.keySet().stream().filter(word -> !REMARKS.contains(word)).toList();
        breaks(demands.getLast(), demands.size() > 1);
        breaks("allOf", schema.get("allOf") instanceof List<?> all && all.size() > 1);
    }

    private @Nullable Object target(Map<?, ?> schema) {
        if (schema.get("$ref") instanceof String ref && ref.startsWith("#/")) {
            Object at = root;
            for (String step : ref.substring(2).split("/", -1)) {
                at = at instanceof Map<?, ?> map ? map.get(step) : null;
            }
            return at;
        }
        Object any = first(schema.get("anyOf"));
        Object one = any == null ? first(schema.get("oneOf")) : any;
        return one == null ? first(schema.get("allOf")) : one;
    }

    private static @Nullable Object first(@Nullable Object list) {
        return list instanceof List<?> items && !items.isEmpty() ? items.getFirst() : null;
    }

    private void byType(Map<?, ?> schema, int depth) {
        Object type = schema.get("type") instanceof List<?> several ? first(several) : schema.get("type");
        if (type == null) {
            type = schema.containsKey("properties") ? "object" : "string";
        }
        switch (type.toString()) {
            case "object" -> object(schema, depth);
            case "array" -> array(schema, depth);
            case "integer", "number" -> number(schema);
            case "boolean" -> out.append("true");
            case "null" -> out.append("null");
            default -> quote(out, word(schema));
        }
    }

    private void number(Map<?, ?> schema) {
        Number value = schema.get("minimum") instanceof Number least ? least : Integer.valueOf(0);
        if (schema.get("maximum") instanceof Number most && most.doubleValue() < value.doubleValue()) {
            breaks("maximum", schema.containsKey("minimum"));
            value = most;
        }
        breaks("integer", "integer".equals(schema.get("type")) && value.doubleValue() % 1 != 0);
        literal(value, "minimum");
    }

    private String word(Map<?, ?> schema) {
        int least = whole(schema.get("minLength"), 0);
        int most = whole(schema.get("maxLength"), LONGEST);
        breaks("minLength", least > Math.min(most, LONGEST));
        String word = least > WORD.length() ? WORD.repeat(Math.min(least, LONGEST) / WORD.length() + 1) : WORD;
        return word.substring(0, Math.min(word.length(), Math.max(0, most)));
    }

    private static int whole(@Nullable Object value, int otherwise) {
        return value instanceof Number number ? number.intValue() : otherwise;
    }

    private void object(Map<?, ?> schema, int depth) {
        Map<?, ?> properties = schema.get("properties") instanceof Map<?, ?> map ? map : Map.of();
        out.append('{');
        breaks("required", schema.get("required") instanceof List<?> names && !properties.keySet().containsAll(names));
        boolean first = true;
        for (Map.Entry<?, ?> property : properties.entrySet()) {
            if (isRequired(schema, property.getKey())) {
                out.append(first ? "" : ",");
                first = false;
                quote(out, String.valueOf(property.getKey()));
                out.append(':');
                write(property.getValue(), depth + 1);
            }
        }
        out.append('}');
    }

    private static boolean isRequired(Map<?, ?> schema, Object name) {
        return !(schema.get("required") instanceof List<?> required) || required.contains(name);
    }

    private void array(Map<?, ?> schema, int depth) {
        out.append('[');
        int asked = whole(schema.get("minItems"), 0);
        int items = Math.min(asked, DEEPEST);
        breaks("minItems", asked > items);
        for (int i = 0; i < items; i++) {
            out.append(i == 0 ? "" : ",");
            write(schema.get("items"), depth + 1);
        }
        out.append(']');
    }

    private void literal(@Nullable Object value, String keyword) {
        breaks(keyword, value instanceof Map || value instanceof List);
        if (value == null || value instanceof Number || value instanceof Boolean) {
            out.append(value);
        } else {
            quote(out, value.toString());
        }
    }

    static void quote(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < 0x20) {
                out.append("\\u00").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
