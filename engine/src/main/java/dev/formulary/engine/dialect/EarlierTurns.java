package dev.formulary.engine.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.formulary.engine.facts.Turn;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.WireBody;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Puts what was said before into a request that brings none of it: behind the system's words and right before the person's.
/// The caller's own bytes get it too, for providers that pass those on.
public final class EarlierTurns {
    private EarlierTurns() {}

    /// Whether a request brings no earlier turns: there is one message of the person, and else at most the system's words.
    public static boolean missing(ChatRequest request) {
        int persons = 0;
        for (Message message : request.messages()) {
            if (message.role() == Role.USER) {
                persons++;
            } else if (message.role() != Role.SYSTEM) {
                return false;
            }
        }
        return persons == 1;
    }

    /// The request with these turns; the same request when its body has a form in which there is no known place for them.
    ///
    /// @param request one in which they are [#missing]
    /// @param turns the oldest first
    public static ChatRequest put(ChatRequest request, List<Turn> turns) {
        WireBody source = request.source();
        WireBody spliced = source == null ? null : spliced(source, turns);
        if (turns.isEmpty() || (source != null && spliced == null)) {
            return request;
        }
        return new ChatRequest(request.model(), messages(request.messages(), turns), request.tools(),
                request.toolChoice(), request.sampling(), request.format(), request.stream(), request.includeUsage(),
                request.extra(), spliced, request.options());
    }

    private static List<Message> messages(List<Message> asked, List<Turn> turns) {
        var all = new ArrayList<Message>(asked.size() + 2 * turns.size());
        for (Message message : asked) {
            if (message.role() == Role.USER) {
                for (Turn turn : turns) {
                    all.add(Message.text(Role.USER, turn.asked()));
                    all.add(Message.text(Role.ASSISTANT, turn.answered()));
                }
            }
            all.add(message);
        }
        return all;
    }

    private static @Nullable WireBody spliced(WireBody source, List<Turn> turns) {
        String name = switch (source.format()) {
            case WireBody.OPENAI_CHAT, WireBody.OLLAMA_CHAT, WireBody.ANTHROPIC_MESSAGES -> "messages";
            case ResponsesRequest.FORMAT -> "input";
            default -> "";
        };
        ArrayNode messages = name.isEmpty() ? null : messages(source, name);
        if (messages == null) {
            return null;
        }
        int at = 0;
        while (at < messages.size() && !messages.path(at).path("role").asText().equals("user")) {
            at++;
        }
        for (Turn turn : turns) {
            messages.insertObject(at++).put("role", "user").put("content", turn.asked());
            messages.insertObject(at++).put("role", "assistant").put("content", turn.answered());
        }
        return SystemText.with(source, name, messages);
    }

    private static @Nullable ArrayNode messages(WireBody source, String name) {
        JsonNode value = SystemText.value(source, name);
        if (value.isTextual()) {
            ArrayNode single = Json.MAPPER.createArrayNode();
            single.addObject().put("role", "user").set("content", value);
            return single;
        }
        return value instanceof ArrayNode messages ? messages : null;
    }

    /// What the person said last, in words: of what is no text only that it was there.
    public static String words(ChatRequest request) {
        for (Message message : request.messages().reversed()) {
            if (message.role() == Role.USER) {
                return message.parts().stream().map(EarlierTurns::words).filter(words -> !words.isBlank())
                        .collect(Collectors.joining("\n"));
            }
        }
        return "";
    }

    private static String words(ChatRequest.Part part) {
        return switch (part) {
            case ChatRequest.Text(String text) -> text;
            case ChatRequest.Image _ -> "[a picture]";
            case ChatRequest.Audio _ -> "[a sound]";
            case ChatRequest.Document _ -> "[a file]";
            case ChatRequest.Thought _,ChatRequest.Opaque _ -> "";
        };
    }
}
