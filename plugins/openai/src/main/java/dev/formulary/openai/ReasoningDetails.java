package dev.formulary.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.wire.Json;
import java.util.Collection;
import java.util.List;

/// Puts the entries of `reasoning_details` together, which come in pieces by index, for they must be given back as one.
final class ReasoningDetails {
    private static final List<String> GROW = List.of("text", "summary", "data");
    private static final int MOST = 256;

    private final ArrayNode entries = Json.TREES.createArrayNode();
    private boolean signed;
    private boolean untold;

    /// @return the words of the piece
    String add(JsonNode piece) {
        if (!(piece instanceof ObjectNode object)) {
            return "";
        }
        ObjectNode entry = entry(object);
        for (var member : object.properties()) {
            String name = member.getKey();
            JsonNode value = member.getValue();
            if (GROW.contains(name) && value.isTextual() && entry.path(name).isTextual()) {
                entry.put(name, entry.path(name).textValue() + value.textValue());
            } else if (!value.isNull() || !entry.has(name)) {
                entry.set(name, value);
            }
        }
        boolean opaque = object.hasNonNull("signature") || object.hasNonNull("data");
        signed |= opaque;
        untold |= signed;
        String text = object.path("text").asText("");
        return text.isEmpty() ? object.path("summary").asText("") : text;
    }

    private ObjectNode entry(ObjectNode piece) {
        String type = piece.path("type").asText();
        for (JsonNode each : entries) {
            boolean same = piece.has("index") && each.path("index").equals(piece.path("index"))
                    && each.path("type").asText().equals(type);
            if (same || entries.size() >= MOST) {
                return (ObjectNode) each;
            }
        }
        return entries.addObject();
    }

    /// All that was signed so far, when there is more of it than was told before.
    void tell(Collection<ReplyEvent> events) {
        if (untold) {
            untold = false;
            events.add(new ReplyEvent.Signature(Signatures.of(entries), ReplyEvent.Signature.THOUGHTS));
        }
    }
}
