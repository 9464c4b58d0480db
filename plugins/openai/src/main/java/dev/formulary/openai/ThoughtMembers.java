package dev.formulary.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.wire.Json;
import org.jspecify.annotations.Nullable;

/// Puts what an assistant thought into its message, where the dialect wants it.
final class ThoughtMembers {
    private ThoughtMembers() {}

    /// @param details entries of `reasoning_details`, or null
    /// @return false when the dialect has no place for thoughts
    static boolean write(ObjectNode message, String text, @Nullable ArrayNode details, Dialect dialect) {
        switch (dialect.thoughts()) {
            case NONE -> {
                return false;
            }
            case REASONING_CONTENT -> append(message, "reasoning_content", text);
            case REASONING -> append(message, "reasoning", text);
            case REASONING_DETAILS -> {
                append(message, "reasoning", text);
                if (details != null && !details.isEmpty()) {
                    message.withArray("reasoning_details").addAll(details);
                }
            }
        }
        return true;
    }

    private static void append(ObjectNode message, String name, String text) {
        if (!text.isEmpty()) {
            message.put(name, message.path(name).asText("") + text);
        }
    }

    /// Puts the thoughts of a message in a caller's own words where this dialect wants them, and takes out what other
    /// providers have signed.
    ///
    /// @return false when there were thoughts and the dialect has no place for them
    static boolean move(ObjectNode message, Dialect dialect) {
        String text = text(message);
        ArrayNode details = message.remove("reasoning_details") instanceof ArrayNode given ? own(given, text) : null;
        message.remove("reasoning_content");
        message.remove("reasoning");
        return write(message, text, details, dialect) || text.isEmpty();
    }

    private static String text(ObjectNode message) {
        for (String name : new String[]{"reasoning_content", "reasoning"}) {
            if (message.path(name).isTextual()) {
                return message.path(name).textValue();
            }
        }
        return "";
    }

    /// Entries as the vendor gave them; those that the gateway made are taken apart.
    private static ArrayNode own(ArrayNode details, String text) {
        ArrayNode own = Json.TREES.createArrayNode();
        for (JsonNode detail : details) {
            String signature = detail.path("signature").asText("");
            ArrayNode ours = Signatures.details(signature, text.isEmpty() ? detail.path("text").asText("") : text);
            if (ours != null) {
                own.addAll(ours);
            } else if (!Signatures.isForeign(signature)) {
                own.add(detail);
            }
        }
        return own;
    }
}
