package dev.formulary.engine.dialect;

import static dev.formulary.engine.dialect.MemberReader.isAbsent;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.spi.Embeddings;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Ollama embeddings: `POST /api/embed`, and `POST /api/embeddings` of older clients, which turns one text into a vector.
/// Source: Ollama's API as its server implements it in August 2026.
public final class OllamaEmbed extends VectorDialect {
    /// The format's own name, see [dev.formulary.spi.WireBody#format].
    private static final String FORMAT = "ollama-embed";
    private static final Set<String> KNOWN = Set.of("model", "input", "prompt", "truncate", "dimensions", "keep_alive",
            "options", "metadata");

    private final boolean older;

    /// @param older whether it is that of `POST /api/embeddings`
    OllamaEmbed(boolean older) {
        super(new OllamaChat());
        this.older = older;
    }

    @Override
    public Dialect name() {
        return older ? Dialect.OLLAMA_EMBEDDINGS : Dialect.OLLAMA_EMBED;
    }

    @Override
    public Inquiry read(byte[] body) throws MalformedBodyException {
        if (body.length == 0) {
            throw new MalformedBodyException("invalid_json", "missing request body", "body");
        }
        Json.Members members = Json.members(FORMAT, body);
        String model = MemberReader.text(members.get("model"), "model");
        // what is too long Ollama cuts, unless it is told not to
        boolean truncate = MemberReader.flag(members.get("truncate"), "truncate", true);
        Embeddings.Request request = input(members).request(model, members.get("dimensions"), truncate,
                new Embeddings.Options(null, KeepAlive.read(members.get("keep_alive")), extra(members), Set.of()));
        return new VectorQuestion(request, false).inquiry(members.source(),
                MemberReader.metadata(members.get("metadata")));
    }

    /// Without a text the model is only to be loaded.
    private EmbedInput input(Json.Members members) throws MalformedBodyException {
        String name = older ? "prompt" : "input";
        JsonNode value = members.get(name);
        if (isAbsent(value) || (value.isTextual() && value.textValue().isEmpty())) {
            return new EmbedInput(List.of(), List.of());
        }
        if (older) {
            return new EmbedInput(List.of(MemberReader.text(value, name)), List.of());
        }
        EmbedInput input = EmbedInput.read(value, name);
        if (!input.tokens().isEmpty()) {
            throw MemberReader.wrong(name, "a string or an array of strings");
        }
        return input;
    }

    private static Map<String, @Nullable Object> extra(Json.Members members) throws MalformedBodyException {
        JsonNode options = members.get("options");
        if (!isAbsent(options) && !options.isObject()) {
            throw MemberReader.wrong("options", "an object");
        }
        Map<String, @Nullable Object> extra = MemberReader.rest(members, KNOWN);
        options.properties().forEach(option -> extra.put("options." + option.getKey(),
                Json.MAPPER.convertValue(option.getValue(), Object.class)));
        return extra;
    }

    @Override
    public byte[] whole(ReplyHead head, CollectedReply reply) {
        return Json.bytes(out -> {
            out.writeStartObject();
            if (older) {
                writeOne(out, reply.vectors());
            } else {
                writeAll(out, head, reply);
            }
            out.writeEndObject();
        });
    }

    private static void writeOne(JsonGenerator out, List<float[]> vectors) throws IOException {
        out.writeFieldName("embedding");
        write(out, vectors.isEmpty() ? new float[0] : vectors.getFirst());
    }

    private static void writeAll(JsonGenerator out, ReplyHead head, CollectedReply reply) throws IOException {
        out.writeStringField("model", head.model());
        out.writeArrayFieldStart("embeddings");
        for (float[] vector : reply.vectors()) {
            write(out, vector);
        }
        out.writeEndArray();
        out.writeNumberField("total_duration", OllamaLines.nanosSince(head));
        out.writeNumberField("load_duration", 0);
        out.writeNumberField("prompt_eval_count", reply.usage().promptTokens());
    }
}
