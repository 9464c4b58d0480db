package dev.formulary.ollama;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Format;
import dev.formulary.spi.ChatRequest.Sampling;
import dev.formulary.spi.ChatRequest.Tool;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.WireBody;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes the body of `POST /api/chat`.
final class ChatBody {
    private final @Nullable String keepAlive;

    /// @param keepAlive JSON, or null to say nothing
    ChatBody(@Nullable String keepAlive) {
        this.keepAlive = keepAlive;
    }

    /// @param contextTokens how much context to reserve
    byte[] of(ChatRequest request, int contextTokens) throws ProviderException {
        WireBody source = request.source();
        return source != null && source.format().equals(WireBody.OLLAMA_CHAT)
                ? spliced(request, source, contextTokens)
                : written(request, contextTokens);
    }

    // ---- the caller's own bytes, with few members replaced

    private byte[] spliced(ChatRequest request, WireBody source, int contextTokens) {
        var changes = new LinkedHashMap<String, String>();
        changes.put("model", Json.quote(request.model()));
        changes.put("stream", Boolean.toString(request.stream()));
        ObjectNode options = options(source);
        Sampling sampling = request.sampling();
        if (sampling.contextTokens() != null || !options.has("num_ctx")) {
            options.put("num_ctx", contextTokens);
        }
        if (sampling.temperature() != null) {
            options.put("temperature", sampling.temperature());
        }
        if (sampling.topP() != null) {
            options.put("top_p", sampling.topP());
        }
        if (sampling.maxTokens() != null) {
            options.put("num_predict", sampling.maxTokens());
        }
        changes.put("options", options.toString());
        if (!source.has("truncate")) {
            changes.put("truncate", "false");
        }
        if (keepAlive != null && !source.has("keep_alive")) {
            changes.put("keep_alive", keepAlive);
        }
        return source.with(changes);
    }

    private static ObjectNode options(WireBody source) {
        for (WireBody.Member member : source.members()) {
            if (member.name().equals("options")) {
                int colon = member.start();
                while (source.bytes()[colon] != ':') {
                    colon++;
                }
                try {
                    JsonNode value = Json.TREES.readTree(source.bytes(), colon + 1, member.end() - colon - 1);
                    return value instanceof ObjectNode options ? options : Json.TREES.createObjectNode();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        return Json.TREES.createObjectNode();
    }

    // ---- from the neutral request

    private byte[] written(ChatRequest request, int contextTokens) throws ProviderException {
        String choice = request.toolChoice();
        boolean noTools = "none".equals(choice);
        if (choice != null && !noTools && !choice.equals("auto")) {
            throw new ProviderException(FailureCategory.UNSUPPORTED, "ollama can't be made to call a tool");
        }
        var bytes = new ByteArrayOutputStream(1024);
        try (JsonGenerator out = Json.TREES.createGenerator(bytes)) {
            out.writeStartObject();
            out.writeStringField("model", request.model());
            new MessageWriter(out).write(request.messages());
            if (!noTools) {
                tools(out, request);
            }
            format(out, request.format());
            options(out, request.sampling(), contextTokens);
            if (keepAlive != null) {
                out.writeFieldName("keep_alive");
                out.writeRawValue(keepAlive);
            }
            out.writeBooleanField("truncate", false);
            out.writeBooleanField("stream", request.stream());
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void tools(JsonGenerator out, ChatRequest request) throws IOException {
        if (request.tools().isEmpty()) {
            return;
        }
        out.writeArrayFieldStart("tools");
        for (Tool tool : request.tools()) {
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
    }

    private static void format(JsonGenerator out, Format format) throws IOException {
        switch (format) {
            case Format.Free() -> {
                // said by saying nothing
            }
            case Format.Json() -> out.writeStringField("format", "json");
            case Format.Schema(String _, Map<String, @Nullable Object> schema, boolean _) ->
                out.writePOJOField("format", schema);
        }
    }

    private static void options(JsonGenerator out, Sampling sampling, int contextTokens) throws IOException {
        out.writeObjectFieldStart("options");
        out.writeNumberField("num_ctx", contextTokens);
        if (sampling.temperature() != null) {
            out.writeNumberField("temperature", sampling.temperature());
        }
        if (sampling.topP() != null) {
            out.writeNumberField("top_p", sampling.topP());
        }
        if (sampling.maxTokens() != null) {
            out.writeNumberField("num_predict", sampling.maxTokens());
        }
        if (sampling.seed() != null) {
            out.writeNumberField("seed", sampling.seed());
        }
        if (!sampling.stop().isEmpty()) {
            out.writePOJOField("stop", sampling.stop());
        }
        out.writeEndObject();
    }
}
