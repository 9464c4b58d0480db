package dev.formulary.engine.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/// How large a schema is with all that it refers to put in place, so that checking ends: one that refers to itself, or to the
/// same part again and again, could take for ever. References lead nowhere but into the schema, so nothing is fetched.
final class Expansion {
    private static final int MOST = 10_000;
    private static final int DEEPEST = 100;

    private final JsonNode root;
    private int size;

    private Expansion(JsonNode root) {
        this.root = root;
    }

    /// @throws InvalidSchemaException when it is too large, or refers to something else
    static void check(JsonNode schema) throws InvalidSchemaException {
        new Expansion(schema).add(schema, 0);
    }

    private void add(JsonNode part, int depth) throws InvalidSchemaException {
        if (++size > MOST || depth > DEEPEST) {
            throw new InvalidSchemaException("the schema refers to itself, or has more than " + MOST
                    + " parts with all that it refers to; such answers can't be checked");
        }
        for (Map.Entry<String, JsonNode> member : part.properties()) {
            JsonNode value = member.getValue();
            switch (member.getKey()) {
                case "$ref" -> refer(value, depth);
                case "$dynamicRef", "$recursiveRef" -> throw new InvalidSchemaException(
                        "'" + member.getKey() + "' can't be followed; use $ref");
                case "$id", "id" -> {
                    if (value.isTextual() && depth > 0) {
                        throw new InvalidSchemaException("only the whole schema may have an '" + member.getKey() + "'");
                    }
                    add(value, depth + 1);
                }
                default -> add(value, depth + 1);
            }
        }
        if (part.isArray()) {
            for (JsonNode each : part) {
                add(each, depth + 1);
            }
        }
    }

    private void refer(JsonNode value, int depth) throws InvalidSchemaException {
        if (value.isObject()) {
            // a property of that name
            add(value, depth + 1);
            return;
        }
        String to = value.asText();
        JsonNode target = to.equals("#") ? root : to.startsWith("#/") ? root.at(pointer(to)) : null;
        if (target == null || target.isMissingNode()) {
            throw new InvalidSchemaException("$ref '" + (to.length() > 60 ? to.substring(0, 60) + "…" : to)
                    + "' is not a part of the schema; it must be '#/…'");
        }
        add(target, depth + 1);
    }

    private static String pointer(String ref) {
        return java.net.URLDecoder.decode(ref.substring(1).replace("+", "%2B"),
                java.nio.charset.StandardCharsets.UTF_8);
    }
}
