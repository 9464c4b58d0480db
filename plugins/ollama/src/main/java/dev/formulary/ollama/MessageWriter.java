package dev.formulary.ollama;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Image;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Opaque;
import dev.formulary.spi.ChatRequest.Part;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.ChatRequest.Text;
import dev.formulary.spi.ChatRequest.ToolCall;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.wire.Json;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Writes a conversation as Ollama wants it: text and pictures apart, arguments as objects, tools by name.
final class MessageWriter {
    private final JsonGenerator out;
    private final Tuning tuning;
    /// The calls of the last step that no result has answered yet, for results that do not say what they answer.
    private final Deque<ToolCall> open = new ArrayDeque<>();
    private final List<ToolCall> all = new ArrayList<>();

    /// @param tuning is told what is left out
    MessageWriter(JsonGenerator out, Tuning tuning) {
        this.out = out;
        this.tuning = tuning;
    }

    void write(List<Message> messages) throws IOException, ProviderException {
        out.writeArrayFieldStart("messages");
        for (Message message : messages) {
            out.writeStartObject();
            out.writeStringField("role", message.role().name().toLowerCase(Locale.ROOT));
            out.writeStringField("content", message.plainText());
            thoughts(message.parts());
            images(message.parts());
            if (message.role() == Role.TOOL) {
                result(message);
            } else if (message.name() != null) {
                tuning.ignore("name");
            }
            if (!message.toolCalls().isEmpty()) {
                calls(message.toolCalls());
            }
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private void thoughts(List<Part> parts) throws IOException {
        var thoughts = new StringBuilder();
        for (Part part : parts) {
            if (part instanceof ChatRequest.Thought(String text, String _)) {
                thoughts.append(text);
            }
        }
        if (!thoughts.isEmpty()) {
            out.writeStringField("thinking", thoughts.toString());
        }
    }

    private void images(List<Part> parts) throws IOException, ProviderException {
        boolean first = true;
        for (Part part : parts) {
            switch (part) {
                case Text _,ChatRequest.Thought _ -> {
                    // written apart
                }
                case ChatRequest.Audio _ -> throw new ProviderException(FailureCategory.UNSUPPORTED,
                        "ollama does not take sound");
                case ChatRequest.Document _ -> throw new ProviderException(FailureCategory.UNSUPPORTED,
                        "ollama does not take files");
                case Image(String _, String data, boolean url) -> {
                    if (url) {
                        throw new ProviderException(FailureCategory.UNSUPPORTED,
                                "ollama takes pictures as bytes only, not as addresses");
                    }
                    if (first) {
                        out.writeArrayFieldStart("images");
                        first = false;
                    }
                    out.writeString(data);
                }
                case Opaque(String type) -> throw new ProviderException(FailureCategory.UNSUPPORTED,
                        "a part of the kind '" + type + "' can't be put into ollama's format");
            }
        }
        if (!first) {
            out.writeEndArray();
        }
    }

    private void result(Message message) throws IOException {
        String id = message.toolCallId();
        ToolCall call = answered(id);
        String name = message.name() != null ? message.name() : call == null ? null : call.name();
        if (name != null) {
            out.writeStringField("tool_name", name);
        }
        if (id != null) {
            out.writeStringField("tool_call_id", id);
        }
    }

    private @Nullable ToolCall answered(@Nullable String id) {
        if (id == null) {
            return open.poll();
        }
        for (int i = all.size() - 1; i >= 0; i--) {
            if (all.get(i).id().equals(id)) {
                open.remove(all.get(i));
                return all.get(i);
            }
        }
        return null;
    }

    private void calls(List<ToolCall> calls) throws IOException, ProviderException {
        open.clear();
        open.addAll(calls);
        all.addAll(calls);
        out.writeArrayFieldStart("tool_calls");
        for (ToolCall call : calls) {
            out.writeStartObject();
            if (!call.id().isEmpty()) {
                out.writeStringField("id", call.id());
            }
            out.writeObjectFieldStart("function");
            out.writeStringField("name", call.name());
            out.writeFieldName("arguments");
            out.writeTree(arguments(call));
            out.writeEndObject();
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static JsonNode arguments(ToolCall call) throws ProviderException {
        if (call.arguments().isBlank()) {
            return Json.TREES.createObjectNode();
        }
        try {
            JsonNode arguments = Json.TREES.readTree(call.arguments());
            if (arguments.isObject()) {
                return arguments;
            }
        } catch (JsonProcessingException e) {
            // told below
        }
        throw new ProviderException(FailureCategory.INVALID_REQUEST,
                "the arguments of an earlier call of the tool '" + call.name() + "' are not a json object");
    }
}
