package dev.formulary.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.spi.ChatRequest.Thought;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Blocks of thoughts, which the vendor signs and wants back as they were, and the one text in which callers keep them.
///
/// One block of plain thoughts is kept as its signature, beside the thoughts that the caller has anyway. Several blocks, or
/// redacted ones, are kept as a whole.
final class Thoughts {
    static final String KIND = "anthropic:";
    private static final String WHOLE = KIND + "blocks:";

    private Thoughts() {}

    static ObjectNode plain(String thinking, String signature) {
        return Json.object("thinking").put("thinking", thinking).put("signature", signature);
    }

    static ObjectNode redacted(String data) {
        return Json.object("redacted_thinking").put("data", data);
    }

    static boolean is(JsonNode block) {
        String type = block.path("type").asText();
        return type.equals("thinking") || type.equals("redacted_thinking");
    }

    /// What callers are given to keep.
    ///
    /// @param blocks at least one
    static String signature(List<ObjectNode> blocks) {
        ObjectNode first = blocks.getFirst();
        if (blocks.size() == 1 && first.path("type").asText().equals("thinking")) {
            return KIND + first.path("signature").asText();
        }
        ArrayNode all = Json.array().addAll(blocks);
        return WHOLE + all;
    }

    /// The blocks that a caller has kept.
    ///
    /// @return none when the signature is another provider's, or not what it was
    static List<ObjectNode> blocks(Thought thought) {
        String signature = thought.signature();
        if (signature == null || !signature.startsWith(KIND)) {
            return List.of();
        }
        return signature.startsWith(WHOLE)
                ? whole(signature.substring(WHOLE.length()))
                : List.of(plain(thought.text(), signature.substring(KIND.length())));
    }

    private static List<ObjectNode> whole(String json) {
        var blocks = new ArrayList<ObjectNode>();
        try {
            for (JsonNode each : Json.read(json)) {
                if (!(each instanceof ObjectNode block) || !is(block)) {
                    return List.of();
                }
                blocks.add(block);
            }
        } catch (IOException e) {
            return List.of();
        }
        return blocks;
    }
}
