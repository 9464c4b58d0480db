package dev.formulary.simulator;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes the smallest JSON that a schema is likely to accept.
final class JsonSample {
    /// Deep enough for schemas that people write, and an end for those that refer to themselves.
    private static final int DEEPEST = 12;

    private final Map<?, ?> root;
    private final StringBuilder out = new StringBuilder();

    private JsonSample(Map<?, ?> root) {
        this.root = root;
    }

    static String of(Map<String, ?> schema) {
        var sample = new JsonSample(schema);
        sample.write(schema, 0);
        return sample.out.toString();
    }

    private void write(@Nullable Object schema, int depth) {
        if (!(schema instanceof Map<?, ?> map) || depth > DEEPEST) {
            out.append("null");
            return;
        }
        Object choice = first(map.get("enum"));
        Object other = target(map);
        if (map.containsKey("const")) {
            literal(map.get("const"));
        } else if (choice != null) {
            literal(choice);
        } else if (other != null) {
            write(other, depth + 1);
        } else {
            byType(map, depth);
        }
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
            case "integer", "number" ->
                literal(schema.get("minimum") instanceof Number least ? least : Integer.valueOf(0));
            case "boolean" -> out.append("true");
            case "null" -> out.append("null");
            default -> quote(out, "simulated");
        }
    }

    private void object(Map<?, ?> schema, int depth) {
        Map<?, ?> properties = schema.get("properties") instanceof Map<?, ?> map ? map : Map.of();
        out.append('{');
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
        int items = schema.get("minItems") instanceof Number least ? Math.min(least.intValue(), DEEPEST) : 0;
        for (int i = 0; i < items; i++) {
            out.append(i == 0 ? "" : ",");
            write(schema.get("items"), depth + 1);
        }
        out.append(']');
    }

    private void literal(@Nullable Object value) {
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
