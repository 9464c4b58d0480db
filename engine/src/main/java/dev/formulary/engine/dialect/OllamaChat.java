package dev.formulary.engine.dialect;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.spi.WireBody;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Ollama chat: `POST /api/chat`.
public final class OllamaChat implements ChatDialect {
    /// The member that holds a call's arguments as text when they are no JSON object.
    private static final String UNREADABLE = "_unreadable";

    @Override
    public Dialect name() {
        return Dialect.OLLAMA_CHAT;
    }

    @Override
    public Inquiry read(byte[] body) throws MalformedBodyException {
        return OllamaRequest.read(body);
    }

    @Override
    public byte[] whole(ReplyHead head, CollectedReply reply) {
        WireBody original = reply.original();
        return original != null && original.format().equals(WireBody.OLLAMA_CHAT)
                ? original.bytes()
                : OllamaLines.whole(head, OllamaChat::writeMessage, reply);
    }

    @Override
    public byte[] loaded(ReplyHead head, boolean unloaded) {
        return OllamaLines.loaded(head, OllamaChat::writeMessage, unloaded);
    }

    private static void writeMessage(JsonGenerator out, ReplyHead head, CollectedReply reply) throws IOException {
        out.writeObjectFieldStart("message");
        out.writeStringField("role", "assistant");
        out.writeStringField("content", reply.text() + reply.refusal());
        if (!reply.thinking().isEmpty()) {
            out.writeStringField("thinking", reply.thinking());
        }
        if (!reply.calls().isEmpty()) {
            out.writeArrayFieldStart("tool_calls");
            int index = 0;
            for (CollectedReply.Called call : reply.calls()) {
                writeCall(out, head, call, index++);
            }
            out.writeEndArray();
        }
        out.writeEndObject();
    }

    private static void writeCall(JsonGenerator out, ReplyHead head, CollectedReply.Called call, int index)
            throws IOException {
        out.writeStartObject();
        out.writeStringField("id", call.id(head));
        out.writeObjectFieldStart("function");
        out.writeNumberField("index", index);
        out.writeStringField("name", call.name);
        out.writeFieldName("arguments");
        writeArguments(out, call.json());
        out.writeEndObject();
        out.writeEndObject();
    }

    /// Clients demand an object. What a model wrote may be none, or stand on many lines.
    static void writeArguments(JsonGenerator out, String json) throws IOException {
        JsonNode arguments = objectOrNull(json);
        if (arguments != null) {
            Json.MAPPER.writeTree(out, arguments);
            return;
        }
        out.writeStartObject();
        out.writeStringField(UNREADABLE, json);
        out.writeEndObject();
    }

    private static @Nullable JsonNode objectOrNull(String json) {
        try {
            JsonNode value = Json.MAPPER.readTree(json);
            return value.isObject() ? value : null;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    @Override
    public String streamType() {
        return "application/x-ndjson";
    }

    @Override
    public StreamWriter stream(ReplyHead head, boolean includeUsage) {
        return new OllamaLines(head, OllamaChat::writeMessage, true);
    }

    @Override
    public byte[] error(Refusal refusal) {
        return OllamaLines.error(refusal);
    }

    @Override
    public byte[] inStream(byte[] error) {
        return OllamaLines.line(error);
    }

    @Override
    public byte @Nullable [] comment(String words) {
        return null;
    }
}
