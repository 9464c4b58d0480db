package dev.formulary.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// Marks up to where the vendor is to keep a prompt for the next call: the tools, what the system says, and the
/// conversation so far. That is three marks of the four that there may be.
final class CacheMarks {
    private static final String MEMBER = "cache_control";

    private CacheMarks() {}

    static void put(ObjectNode root) {
        mark(root.path("tools"));
        if (root.path("system").isTextual()) {
            ArrayNode system = Json.array();
            system.add(Json.object("text").put("text", root.path("system").asText()));
            root.set("system", system);
            mark(system);
        }
        JsonNode messages = root.path("messages");
        mark(messages.path(messages.size() - 1).path("content"));
    }

    /// Marks the last element, unless it is of thoughts, which can't be marked.
    private static void mark(JsonNode list) {
        if (list.path(list.size() - 1) instanceof ObjectNode last && !Thoughts.is(last)) {
            last.set(MEMBER, Json.object("ephemeral"));
        }
    }
}
