package dev.formulary.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Tool;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.WireBody;
import dev.formulary.wire.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes the body of `POST /chat/completions`.
final class ChatBody {
    /// @param ignored what could not be carried
    record Written(byte[] bytes, List<ReplyEvent> ignored) {}

    private final OpenAiSettings settings;

    ChatBody(OpenAiSettings settings) {
        this.settings = settings;
    }

    Written of(ChatRequest request) throws ProviderException {
        Dialect dialect = settings.dialect();
        Parameters parameters = Parameters.of(request, dialect, settings.limits());
        WireBody source = request.source();
        byte[] bytes = source != null && source.format().equals(WireBody.OPENAI_CHAT)
                ? new SplicedBody(request, source, dialect, settings.limits(), parameters).write()
                : written(request, dialect, parameters);
        return new Written(bytes, parameters.ignored());
    }

    private static byte[] written(ChatRequest request, Dialect dialect, Parameters parameters)
            throws ProviderException {
        extras(request, dialect, parameters);
        ArrayNode messages = new MessageWriter(dialect, parameters).write(request.messages());
        var bytes = new ByteArrayOutputStream(1024);
        try (JsonGenerator out = Json.TREES.createGenerator(bytes)) {
            out.writeStartObject();
            out.writeStringField("model", request.model());
            out.writeFieldName("messages");
            out.writeTree(messages);
            if (!request.tools().isEmpty()) {
                out.writeFieldName("tools");
                out.writeTree(tools(request.tools(), dialect.can(Feature.STRICT)));
            }
            for (Map.Entry<String, String> member : parameters.members().entrySet()) {
                out.writeFieldName(member.getKey());
                out.writeRawValue(member.getValue());
            }
            if (request.stream()) {
                out.writeBooleanField("stream", true);
                out.writeFieldName("stream_options");
                out.writeRawValue("{\"include_usage\":true}");
            }
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /// What the gateway does not know and the vendor does.
    private static void extras(ChatRequest request, Dialect dialect, Parameters parameters) throws ProviderException {
        for (ReplyEvent ignored : request.ignoring(dialect.extras().keySet())) {
            parameters.ignore(((ReplyEvent.Ignored) ignored).parameter());
        }
        for (Map.Entry<String, @Nullable Object> extra : request.extra().entrySet()) {
            String name = dialect.extras().get(extra.getKey());
            if (name != null && !parameters.dropped().contains(name)) {
                parameters.members().putIfAbsent(name, Json.TREES.valueToTree(extra.getValue()).toString());
            }
        }
    }

    private static ArrayNode tools(List<Tool> tools, boolean strictly) {
        ArrayNode all = Json.TREES.createArrayNode();
        for (Tool tool : tools) {
            ObjectNode function = all.addObject().put("type", "function").putObject("function");
            function.put("name", tool.name());
            if (tool.description() != null) {
                function.put("description", tool.description());
            }
            function.set("parameters", Json.TREES.valueToTree(tool.parameters()));
            if (tool.strict() && strictly) {
                function.put("strict", true);
            }
        }
        return all;
    }
}
