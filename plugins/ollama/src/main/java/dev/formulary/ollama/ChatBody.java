package dev.formulary.ollama;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Format;
import dev.formulary.spi.ChatRequest.Tool;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.WireBody;
import dev.formulary.wire.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes the body of `POST /api/chat`.
final class ChatBody {
    private static final String OPTION = "options.";

    /// @param ignored what could not be carried
    record Written(byte[] bytes, List<ReplyEvent> ignored) {}

    private final @Nullable String keepAlive;

    /// @param keepAlive JSON, or null to say nothing
    ChatBody(@Nullable String keepAlive) {
        this.keepAlive = keepAlive;
    }

    /// @param contextTokens how much context to reserve
    /// @param thinks false when the model is known not to think
    Written of(ChatRequest request, int contextTokens, boolean thinks) throws ProviderException {
        WireBody source = request.source();
        var tuning = new Tuning(request, thinks);
        byte[] bytes = source != null && asItCame(request)
                ? new SplicedBody(request, source, tuning, keepAlive).write(contextTokens)
                : written(request, contextTokens, tuning);
        return new Written(bytes, tuning.ignored());
    }

    /// Whether the caller's own body goes on: that of a chat always, that of a completion where only such a server can do what it
    /// asks for.
    static boolean asItCame(ChatRequest request) {
        WireBody source = request.source();
        return source != null && (source.format().equals(WireBody.OLLAMA_CHAT) || completes(request));
    }

    /// Whether it goes to `POST /api/generate`.
    static boolean completes(ChatRequest request) {
        WireBody source = request.source();
        return source != null && source.format().equals(WireBody.OLLAMA_GENERATE)
                && request.extra().keySet().stream().anyMatch(request.options().essential()::contains);
    }

    private byte[] written(ChatRequest request, int contextTokens, Tuning tuning) throws ProviderException {
        boolean withTools = withTools(request);
        tuning.noteTheRest();
        for (ReplyEvent ignored : request.ignoring(options(request.extra().keySet()))) {
            tuning.ignore(((ReplyEvent.Ignored) ignored).parameter());
        }
        var bytes = new ByteArrayOutputStream(1024);
        try (JsonGenerator out = Json.TREES.createGenerator(bytes)) {
            out.writeStartObject();
            out.writeStringField("model", request.model());
            new MessageWriter(out, tuning).write(request.messages());
            if (withTools) {
                tools(out, request.tools());
            }
            format(out, request.format());
            raw(out, "think", tuning.think());
            probabilities(out, request.options().topLogprobs());
            out.writeFieldName("options");
            out.writeTree(options(request, contextTokens, tuning));
            Duration asked = request.options().keepAlive();
            raw(out, "keep_alive", asked == null ? keepAlive : KeepAlive.json(asked));
            out.writeBooleanField("truncate", false);
            out.writeBooleanField("stream", request.stream());
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /// A model that may call no tool is told of none; one that must can't be told so.
    private static boolean withTools(ChatRequest request) throws ProviderException {
        String choice = request.toolChoice();
        if (request.tools().isEmpty() || "none".equals(choice)) {
            return false;
        }
        if (choice != null && !choice.equals("auto")) {
            throw new ProviderException(FailureCategory.UNSUPPORTED, "ollama can't be made to call a tool");
        }
        return true;
    }

    private static void raw(JsonGenerator out, String name, @Nullable String json) throws IOException {
        if (json != null) {
            out.writeFieldName(name);
            out.writeRawValue(json);
        }
    }

    private static void probabilities(JsonGenerator out, @Nullable Integer top) throws IOException {
        if (top != null) {
            out.writeBooleanField("logprobs", true);
            out.writeNumberField("top_logprobs", top);
        }
    }

    /// Options that only Ollama has go by the names `options.NAME`.
    private static Set<String> options(Set<String> extra) {
        var names = new HashSet<>(extra);
        names.removeIf(name -> !name.startsWith(OPTION));
        return names;
    }

    private static ObjectNode options(ChatRequest request, int contextTokens, Tuning tuning) {
        ObjectNode options = Json.TREES.createObjectNode().put("num_ctx", contextTokens);
        for (String name : options(request.extra().keySet())) {
            options.set(name.substring(OPTION.length()), Json.TREES.valueToTree(request.extra().get(name)));
        }
        tuning.options(options);
        return options;
    }

    private static void tools(JsonGenerator out, List<Tool> tools) throws IOException {
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
}
