package dev.formulary.engine.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.spi.WireBody;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A client's own bytes, which a provider of the same format passes on. The vendor refuses what it does not know in metadata
/// and on blocks, and thoughts that it has not signed: what the gateway or other providers have put there is taken out. All
/// else stays byte for byte.
final class AnthropicSource {
    private AnthropicSource() {}

    static WireBody of(Json.Members members) {
        WireBody source = members.source();
        if (members.get("metadata") instanceof ObjectNode metadata && !onlyUser(metadata)) {
            source = with(source, "metadata", metadata.deepCopy().retain("user_id"));
        }
        if (members.get("messages") instanceof ArrayNode messages && hasForeign(messages)) {
            source = with(source, "messages", without(messages.deepCopy()));
        }
        return source;
    }

    private static WireBody with(WireBody source, String name, JsonNode value) {
        WireBody changed = SystemText.with(source, name, value);
        return changed == null ? source : changed;
    }

    private static boolean onlyUser(ObjectNode metadata) {
        return metadata.size() == (metadata.has("user_id") ? 1 : 0);
    }

    private static boolean hasForeign(ArrayNode messages) {
        for (JsonNode message : messages) {
            for (JsonNode block : message.path("content")) {
                if (isForeign(block) || isSignedCall(block)) {
                    return true;
                }
            }
        }
        return false;
    }

    /// Whether it is of thoughts that the vendor has not signed.
    private static boolean isForeign(JsonNode block) {
        return block.path("type").asText().equals("thinking")
                && !AnthropicBlocks.isVendors(block.path(AnthropicBlocks.SIGNATURE).asText(""));
    }

    private static boolean isSignedCall(JsonNode block) {
        return block.path("type").asText().equals("tool_use") && block.has(AnthropicBlocks.SIGNATURE);
    }

    private static ArrayNode without(ArrayNode messages) {
        for (int at = messages.size() - 1; at >= 0; at--) {
            if (messages.path(at).path("content") instanceof ArrayNode blocks) {
                clean(blocks);
                if (blocks.isEmpty()) {
                    messages.remove(at);
                }
            }
        }
        return messages;
    }

    private static void clean(ArrayNode blocks) {
        for (int at = blocks.size() - 1; at >= 0; at--) {
            if (isForeign(blocks.path(at))) {
                blocks.remove(at);
            } else if (blocks.path(at) instanceof ObjectNode block && isSignedCall(block)) {
                block.remove(AnthropicBlocks.SIGNATURE);
            }
        }
    }

    /// A member with its name, as it stands there; empty when there is none.
    static String member(@Nullable WireBody source, String name) {
        if (source != null) {
            for (WireBody.Member member : source.members()) {
                if (member.name().equals(name)) {
                    return new String(source.bytes(), member.start(), member.end() - member.start(),
                            StandardCharsets.UTF_8);
                }
            }
        }
        return "";
    }
}
