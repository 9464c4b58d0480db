package dev.formulary.engine.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.WireBody;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Adds a text to what a request says to the model as its system: behind the caller's own words where a request begins with
/// some, so that they come first and models that allow one system message get one; else at the beginning. The caller's own
/// bytes get it too, for providers that pass those on.
public final class SystemText {
    private static final Set<String> SYSTEM = Set.of("system", "developer");

    private SystemText() {}

    /// The request with the text; the same request when its body has a form in which there is no known place for it.
    public static ChatRequest added(ChatRequest request, String text) {
        WireBody source = request.source();
        WireBody spliced = source == null ? null : spliced(source, text);
        if (source != null && spliced == null) {
            return request;
        }
        return new ChatRequest(request.model(), messages(request.messages(), text), request.tools(),
                request.toolChoice(), request.sampling(), request.format(), request.stream(), request.includeUsage(),
                request.extra(), spliced, request.options());
    }

    private static List<Message> messages(List<Message> asked, String text) {
        var all = new ArrayList<>(asked);
        if (asked.isEmpty() || asked.getFirst().role() != Role.SYSTEM) {
            all.addFirst(Message.text(Role.SYSTEM, text));
            return all;
        }
        Message own = asked.getFirst();
        var parts = new ArrayList<>(own.parts());
        parts.add(new ChatRequest.Text(own.plainText().isEmpty() ? text : "\n\n" + text));
        all.set(0, new Message(Role.SYSTEM, parts, own.toolCalls(), own.toolCallId(), own.name()));
        return all;
    }

    private static @Nullable WireBody spliced(WireBody source, String text) {
        return switch (source.format()) {
            case WireBody.OPENAI_CHAT, WireBody.OLLAMA_CHAT ->
                value(source, "messages") instanceof ArrayNode messages ? inMessages(source, messages, text) : null;
            case WireBody.ANTHROPIC_MESSAGES -> inSystem(source, "system", text);
            case ResponsesRequest.FORMAT -> inSystem(source, "instructions", text);
            default -> null;
        };
    }

    private static @Nullable WireBody inMessages(WireBody source, ArrayNode messages, String text) {
        if (messages.path(0) instanceof ObjectNode first && SYSTEM.contains(first.path("role").asText())) {
            JsonNode joined = joined(first.path("content"), text);
            if (joined == null) {
                return null;
            }
            first.set("content", joined);
        } else {
            messages.insertObject(0).put("role", "system").put("content", text);
        }
        return with(source, "messages", messages);
    }

    private static @Nullable WireBody inSystem(WireBody source, String name, String text) {
        JsonNode joined = joined(value(source, name), text);
        return joined == null ? null : with(source, name, joined);
    }

    /// A text, or a list of parts, with one more; null when it is something else.
    private static @Nullable JsonNode joined(JsonNode own, String text) {
        boolean empty = own.isTextual() && own.textValue().isEmpty();
        if (own.isMissingNode() || own.isNull() || empty) {
            return TextNode.valueOf(text);
        }
        if (own.isTextual()) {
            return TextNode.valueOf(own.textValue() + "\n\n" + text);
        }
        if (own instanceof ArrayNode parts) {
            parts.addObject().put("type", "text").put("text", text);
            return parts;
        }
        return null;
    }

    static JsonNode value(WireBody source, String name) {
        try {
            return Json.members(source.format(), source.bytes()).get(name);
        } catch (MalformedBodyException e) {
            throw new IllegalStateException("the body was read before", e);
        }
    }

    static @Nullable WireBody with(WireBody source, String name, JsonNode value) {
        try {
            byte[] bytes = source.with(Map.of(name, Json.MAPPER.writeValueAsString(value)));
            return Json.members(source.format(), bytes).source();
        } catch (MalformedBodyException | IOException e) {
            throw new IllegalStateException("the body was read before", e);
        }
    }
}
