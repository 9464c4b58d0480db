package dev.formulary.engine.schema;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A schema as models are told of it: its form without its limits. Vendors refuse schemas with limits that they can't keep to
/// (lengths, counts, ranges), each with others; answers are checked against the whole schema afterwards.
public final class Outline {
    private static final Set<String> LEFT_OUT = Set.of("$schema", "$id", "minLength", "maxLength", "minItems",
            "maxItems",
            "uniqueItems", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "pattern",
            "minProperties", "maxProperties");
    /// Under these stand parts by names of the author's own.
    private static final Set<String> NAMED = Set.of("properties", "patternProperties", "$defs", "definitions");
    private static final Set<String> VALUES = Set.of("const", "enum", "default", "examples", "required");

    private Outline() {}

    /// @param schema plain values, as in [dev.formulary.spi.ChatRequest.Format.Schema]
    public static Map<String, @Nullable Object> of(Map<String, @Nullable Object> schema) {
        Map<String, @Nullable Object> outline = new LinkedHashMap<>();
        schema.forEach((key, value) -> {
            if (VALUES.contains(key)) {
                outline.put(key, value);
            } else if (!LEFT_OUT.contains(key)) {
                outline.put(key, NAMED.contains(key) && value instanceof Map<?, ?> parts
                        ? named(parts)
                        : part(value));
            }
        });
        return outline;
    }

    private static Map<String, @Nullable Object> named(Map<?, ?> parts) {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        parts.forEach((name, part) -> all.put(String.valueOf(name), part(part)));
        return all;
    }

    private static @Nullable Object part(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> copy = new LinkedHashMap<>();
            map.forEach((key, each) -> copy.put(String.valueOf(key), each));
            return of(copy);
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> copy = new ArrayList<>();
            list.forEach(each -> copy.add(part(each)));
            return copy;
        }
        return value;
    }
}
