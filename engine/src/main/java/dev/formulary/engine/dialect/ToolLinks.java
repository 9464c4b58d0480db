package dev.formulary.engine.dialect;

import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.ChatRequest.ToolCall;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds which call a tool's result answers, for clients that do not say, such as Home Assistant: the results stand behind the
/// calls, in their order. Calls without an id get one, the same each time that the conversation is sent. For one conversation.
final class ToolLinks {
    private final List<ToolCall> open = new ArrayList<>();
    private int calls;

    private ToolLinks() {}

    static List<Message> linked(List<Message> messages) {
        var links = new ToolLinks();
        return messages.stream().map(links::linked).toList();
    }

    private Message linked(Message message) {
        if (!message.toolCalls().isEmpty()) {
            List<ToolCall> named = message.toolCalls().stream().map(this::named).toList();
            open.clear();
            open.addAll(named);
            return new Message(message.role(), message.parts(), named, message.toolCallId(), message.name());
        }
        if (message.role() != Role.TOOL) {
            return message;
        }
        ToolCall answered = answered(message.toolCallId(), message.name());
        if (answered == null) {
            return message;
        }
        open.remove(answered);
        return new Message(Role.TOOL, message.parts(), List.of(), answered.id(),
                message.toolCallId() == null && message.name() == null ? answered.name() : message.name());
    }

    private ToolCall named(ToolCall call) {
        calls++;
        return call.id().isEmpty()
                ? new ToolCall("call_" + calls, call.name(), call.arguments(), call.signature())
                : call;
    }

    private @Nullable ToolCall answered(@Nullable String id, @Nullable String name) {
        for (ToolCall call : open) {
            if (id == null ? name == null || name.equals(call.name()) : id.equals(call.id())) {
                return call;
            }
        }
        return null;
    }
}
