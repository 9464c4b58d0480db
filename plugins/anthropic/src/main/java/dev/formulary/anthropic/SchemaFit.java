package dev.formulary.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;

/// Whether a JSON schema is one that the vendor can hold answers to. It takes a part of the language: objects that are closed,
/// no bounds of numbers, lengths or counts, nothing recursive.
final class SchemaFit {
    private static final Set<String> KNOWN = Set.of("$schema", "$ref", "title", "description", "default", "type",
            "properties", "required", "additionalProperties", "items", "enum", "const", "anyOf", "allOf", "format");
    private static final Set<String> FORMATS = Set.of("date-time", "time", "date", "duration", "email", "hostname",
            "uri",
            "ipv4", "ipv6", "uuid");
    private static final int DEEPEST = 64;

    private SchemaFit() {}

    static boolean fits(JsonNode schema) {
        for (String definitions : Set.of("$defs", "definitions")) {
            for (JsonNode definition : schema.path(definitions)) {
                // definitions that refer to others may be recursive
                if (!fits(definition, 1) || !definition.findValues("$ref").isEmpty()) {
                    return false;
                }
            }
        }
        return schema.isObject() && fits(schema, 0);
    }

    private static boolean fits(JsonNode schema, int depth) {
        if (!schema.isObject() || depth > DEEPEST) {
            return false;
        }
        boolean open = schema.path("type").asText().equals("object") || schema.has("properties");
        if (open && !isFalse(schema.path("additionalProperties"))) {
            return false;
        }
        for (Map.Entry<String, JsonNode> member : schema.properties()) {
            if (!fits(member.getKey(), member.getValue(), depth)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isFalse(JsonNode value) {
        return value.isBoolean() && !value.booleanValue();
    }

    private static boolean fits(String name, JsonNode value, int depth) {
        return switch (name) {
            case "properties" -> allFit(value, depth);
            case "anyOf", "allOf" -> value.isArray() && allFit(value, depth);
            case "items" -> fits(value, depth + 1);
            case "format" -> FORMATS.contains(value.asText());
            case "$ref" -> value.asText().startsWith("#/");
            case "$defs", "definitions" -> depth == 0;
            default -> KNOWN.contains(name);
        };
    }

    private static boolean allFit(JsonNode schemas, int depth) {
        for (JsonNode schema : schemas) {
            if (!fits(schema, depth + 1)) {
                return false;
            }
        }
        return true;
    }
}
