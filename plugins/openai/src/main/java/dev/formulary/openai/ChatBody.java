package dev.formulary.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Format;
import dev.formulary.spi.ChatRequest.Image;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Opaque;
import dev.formulary.spi.ChatRequest.Part;
import dev.formulary.spi.ChatRequest.Sampling;
import dev.formulary.spi.ChatRequest.Text;
import dev.formulary.spi.ChatRequest.Tool;
import dev.formulary.spi.ChatRequest.ToolCall;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.WireBody;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes the body of `POST /chat/completions`.
final class ChatBody {
    private static final String USAGE_ASKED = "{\"include_usage\":true}";

    private final OpenAiSettings settings;

    ChatBody(OpenAiSettings settings) {
        this.settings = settings;
    }

    byte[] of(ChatRequest request) throws ProviderException {
        WireBody source = request.source();
        return source != null && source.format().equals(WireBody.OPENAI_CHAT)
                ? spliced(request, source)
                : written(request);
    }

    // ---- the caller's own bytes, with few members replaced

    private byte[] spliced(ChatRequest request, WireBody source) {
        var changes = new LinkedHashMap<String, String>();
        changes.put("model", Json.quote(request.model()));
        if (request.stream()) {
            changes.put("stream", "true");
            changes.put("stream_options", streamOptions(source));
        } else {
            changes.put("stream", "");
            changes.put("stream_options", "");
        }
        Sampling sampling = request.sampling();
        if (sampling.temperature() != null) {
            changes.put("temperature", sampling.temperature().toString());
        }
        if (sampling.topP() != null) {
            changes.put("top_p", sampling.topP().toString());
        }
        if (sampling.maxTokens() != null) {
            limit(changes, source, sampling.maxTokens());
        }
        return source.with(changes);
    }

    private void limit(Map<String, String> changes, WireBody source, int maxTokens) {
        String member = settings.maxTokensMember();
        if (member == null) {
            member = source.has("max_completion_tokens")
                    ? "max_completion_tokens"
                    : source.has("max_tokens") ? "max_tokens" : settings.limitMember();
        }
        changes.put("max_completion_tokens", "");
        changes.put("max_tokens", "");
        changes.put(member, Integer.toString(maxTokens));
    }

    private static String streamOptions(WireBody source) {
        for (WireBody.Member member : source.members()) {
            if (member.name().equals("stream_options")) {
                return withUsage(source, member);
            }
        }
        return USAGE_ASKED;
    }

    private static String withUsage(WireBody source, WireBody.Member member) {
        try {
            byte[] bytes = source.bytes();
            int from = member.start();
            while (bytes[from] != ':') {
                from++;
            }
            if (Json.TREES.readTree(bytes, from + 1, member.end() - from - 1) instanceof ObjectNode options) {
                return options.put("include_usage", true).toString();
            }
        } catch (IOException e) {
            // not an object that can be read: the vendor gets one that can
        }
        return USAGE_ASKED;
    }

    // ---- from the neutral request

    private byte[] written(ChatRequest request) throws ProviderException {
        var bytes = new ByteArrayOutputStream(1024);
        try (JsonGenerator out = Json.TREES.createGenerator(bytes)) {
            out.writeStartObject();
            out.writeStringField("model", request.model());
            out.writeArrayFieldStart("messages");
            for (Message message : request.messages()) {
                message(out, message);
            }
            out.writeEndArray();
            sampling(out, request.sampling());
            tools(out, request.tools(), request.toolChoice());
            format(out, request.format());
            if (request.stream()) {
                out.writeBooleanField("stream", true);
                out.writeFieldName("stream_options");
                out.writeRawValue(USAGE_ASKED);
            }
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void message(JsonGenerator out, Message message) throws IOException, ProviderException {
        out.writeStartObject();
        out.writeStringField("role", message.role().name().toLowerCase(Locale.ROOT));
        if (message.name() != null && message.role() != ChatRequest.Role.TOOL) {
            out.writeStringField("name", message.name());
        }
        if (message.toolCallId() != null) {
            out.writeStringField("tool_call_id", message.toolCallId());
        }
        content(out, message);
        if (!message.toolCalls().isEmpty()) {
            out.writeArrayFieldStart("tool_calls");
            for (ToolCall call : message.toolCalls()) {
                out.writeStartObject();
                out.writeStringField("id", call.id());
                out.writeStringField("type", "function");
                out.writeObjectFieldStart("function");
                out.writeStringField("name", call.name());
                out.writeStringField("arguments", call.arguments().isEmpty() ? "{}" : call.arguments());
                out.writeEndObject();
                out.writeEndObject();
            }
            out.writeEndArray();
        }
        out.writeEndObject();
    }

    private static void content(JsonGenerator out, Message message) throws IOException, ProviderException {
        List<Part> parts = message.parts();
        if (parts.isEmpty() && !message.toolCalls().isEmpty()) {
            out.writeNullField("content");
        } else if (parts.stream().allMatch(Text.class::isInstance)) {
            out.writeStringField("content", message.plainText());
        } else {
            out.writeArrayFieldStart("content");
            for (Part part : parts) {
                part(out, part);
            }
            out.writeEndArray();
        }
    }

    private static void part(JsonGenerator out, Part part) throws IOException, ProviderException {
        out.writeStartObject();
        switch (part) {
            case Text(String text) -> {
                out.writeStringField("type", "text");
                out.writeStringField("text", text);
            }
            case Image(String mediaType, String data, boolean url) -> {
                out.writeStringField("type", "image_url");
                out.writeObjectFieldStart("image_url");
                out.writeStringField("url", url ? data : "data:" + mediaType + ";base64," + data);
                out.writeEndObject();
            }
            case ChatRequest.Thought _,ChatRequest.Audio _,ChatRequest.Document _ ->
                throw new ProviderException(FailureCategory.UNSUPPORTED, "can't be put into openai's format yet");
            case Opaque(String type) -> throw new ProviderException(FailureCategory.UNSUPPORTED,
                    "a part of the kind '" + type + "' can't be put into openai's format");
        }
        out.writeEndObject();
    }

    private void sampling(JsonGenerator out, Sampling sampling) throws IOException {
        if (sampling.temperature() != null) {
            out.writeNumberField("temperature", sampling.temperature());
        }
        if (sampling.topP() != null) {
            out.writeNumberField("top_p", sampling.topP());
        }
        if (sampling.maxTokens() != null) {
            out.writeNumberField(settings.limitMember(), sampling.maxTokens());
        }
        if (sampling.seed() != null) {
            out.writeNumberField("seed", sampling.seed());
        }
        if (!sampling.stop().isEmpty()) {
            out.writePOJOField("stop", sampling.stop());
        }
    }

    private static void tools(JsonGenerator out, List<Tool> tools, @Nullable String choice) throws IOException {
        if (tools.isEmpty()) {
            return;
        }
        out.writeArrayFieldStart("tools");
        for (Tool tool : tools) {
            out.writeStartObject();
            out.writeStringField("type", "function");
            out.writeObjectFieldStart("function");
            out.writeStringField("name", tool.name());
            if (tool.description() != null) {
                out.writeStringField("description", tool.description());
            }
            out.writePOJOField("parameters", tool.parameters());
            out.writeEndObject();
            out.writeEndObject();
        }
        out.writeEndArray();
        if (choice != null && choice.startsWith("=")) {
            out.writeFieldName("tool_choice");
            out.writeRawValue(
                    "{\"type\":\"function\",\"function\":{\"name\":" + Json.quote(choice.substring(1)) + "}}");
        } else if (choice != null) {
            out.writeStringField("tool_choice", choice);
        }
    }

    private static void format(JsonGenerator out, Format format) throws IOException {
        switch (format) {
            case Format.Free() -> {
                // said by saying nothing
            }
            case Format.Json() -> {
                out.writeFieldName("response_format");
                out.writeRawValue("{\"type\":\"json_object\"}");
            }
            case Format.Schema(String name, Map<String, @Nullable Object> schema, boolean strict) -> {
                out.writeObjectFieldStart("response_format");
                out.writeStringField("type", "json_schema");
                out.writeObjectFieldStart("json_schema");
                out.writeStringField("name", name);
                out.writePOJOField("schema", schema);
                out.writeBooleanField("strict", strict);
                out.writeEndObject();
                out.writeEndObject();
            }
        }
    }
}
