package dev.formulary.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Part;
import dev.formulary.spi.ChatRequest.Text;
import dev.formulary.spi.ChatRequest.Thought;
import dev.formulary.spi.ChatRequest.ToolCall;
import dev.formulary.spi.ProviderException;
import dev.formulary.wire.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Writes a conversation from its neutral form in the words of one dialect.
final class MessageWriter {
    private final Dialect dialect;
    private final Parameters parameters;
    private final PartWriter parts;

    /// @param parameters is told what is left out
    MessageWriter(Dialect dialect, Parameters parameters) {
        this.dialect = dialect;
        this.parameters = parameters;
        this.parts = new PartWriter(dialect);
    }

    ArrayNode write(List<Message> messages) throws ProviderException {
        ArrayNode all = Json.TREES.createArrayNode();
        for (Message message : messages) {
            all.add(message(message));
        }
        return all;
    }

    private ObjectNode message(Message message) throws ProviderException {
        ObjectNode out = Json.TREES.createObjectNode();
        out.put("role", message.role().name().toLowerCase(Locale.ROOT));
        if (message.name() != null && message.role() != ChatRequest.Role.TOOL) {
            if (dialect.can(Feature.MESSAGE_NAME)) {
                out.put("name", message.name());
            } else {
                parameters.ignore("name");
            }
        }
        if (message.toolCallId() != null) {
            out.put("tool_call_id", message.toolCallId());
        }
        List<Part> said = new ArrayList<>();
        for (Part part : message.parts()) {
            if (part instanceof Thought(String text, String signature)) {
                thought(out, text, signature);
            } else {
                said.add(part);
            }
        }
        content(out, said, message);
        if (!message.toolCalls().isEmpty()) {
            ArrayNode calls = out.putArray("tool_calls");
            message.toolCalls().forEach(call -> call(calls.addObject(), call));
        }
        return out;
    }

    /// Thoughts in several pieces are joined.
    private void thought(ObjectNode out, String text, @Nullable String signature) {
        boolean written = ThoughtMembers.write(out, text, Signatures.details(signature, text), dialect);
        String plain = signature == null || !signature.startsWith("openai:") ? null : Signatures.plain(signature);
        if (plain != null && dialect.can(Feature.EXTRA_CONTENT)) {
            signed(out, plain);
        }
        if (!written && !text.isEmpty()) {
            parameters.ignore("reasoning_content");
        }
    }

    private static void signed(ObjectNode out, String signature) {
        out.putObject("extra_content").putObject("google").put("thought_signature", signature);
    }

    private void content(ObjectNode out, List<Part> said, Message message) throws ProviderException {
        if (said.isEmpty() && !message.toolCalls().isEmpty()) {
            out.putNull("content");
        } else if (said.stream().allMatch(Text.class::isInstance)) {
            out.put("content", message.plainText());
        } else {
            ArrayNode content = out.putArray("content");
            for (Part part : said) {
                parts.write(content.addObject(), part);
            }
        }
    }

    private void call(ObjectNode out, ToolCall call) {
        out.put("id", call.id()).put("type", "function");
        out.putObject("function").put("name", call.name()).put("arguments",
                call.arguments().isEmpty() ? "{}" : call.arguments());
        String signature = call.signature();
        boolean ours = signature != null && signature.startsWith("openai:");
        String plain = ours ? Signatures.plain(signature) : null;
        if (plain != null && dialect.can(Feature.EXTRA_CONTENT)) {
            signed(out, plain);
        }
    }
}
