package dev.formulary.engine.dialect;

import static dev.formulary.engine.dialect.MemberReader.isAbsent;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.spi.Embeddings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.Set;

/// OpenAI embeddings: `POST /v1/embeddings`. Source: the OpenAI API reference, specification 2.3.0.
public final class OpenAiEmbeddings extends VectorDialect {
    /// The format's own name, see [dev.formulary.spi.WireBody#format].
    private static final String FORMAT = "openai-embeddings";
    private static final Set<String> KNOWN = Set.of("model", "input", "encoding_format", "dimensions", "user",
            "metadata");
    /// What servers of this format have beside it and makes the vectors others.
    private static final Set<String> ESSENTIAL = Set.of("input_type", "task", "task_type", "prompt_name", "prompt",
            "output_dtype", "output_dimension");

    OpenAiEmbeddings() {
        super(new OpenAiChat());
    }

    @Override
    public Dialect name() {
        return Dialect.OPENAI_EMBEDDINGS;
    }

    @Override
    public Inquiry read(byte[] body) throws MalformedBodyException {
        Json.Members members = Json.members(FORMAT, body);
        String model = MemberReader.text(members.get("model"), "model");
        EmbedInput input = EmbedInput.read(members.get("input"), "input");
        input.demandContent("input");
        var options = new Embeddings.Options(MemberReader.textOrNull(members.get("user")), null,
                MemberReader.rest(members, KNOWN), ESSENTIAL);
        return new VectorQuestion(input.request(model, members.get("dimensions"), false, options), base64(members))
                .inquiry(members.source(), MemberReader.metadata(members.get("metadata")));
    }

    private static boolean base64(Json.Members members) throws MalformedBodyException {
        String format = isAbsent(members.get("encoding_format")) ? "float" : members.get("encoding_format").asText();
        return switch (format) {
            case "base64" -> true;
            case "float" -> false;
            default -> throw MemberReader.wrong("encoding_format", "float or base64");
        };
    }

    @Override
    public byte[] whole(ReplyHead head, CollectedReply reply) {
        return Json.bytes(out -> {
            out.writeStartObject();
            out.writeStringField("object", "list");
            out.writeArrayFieldStart("data");
            int index = 0;
            for (float[] vector : reply.vectors()) {
                out.writeStartObject();
                out.writeStringField("object", "embedding");
                out.writeNumberField("index", index++);
                out.writeFieldName("embedding");
                write(out, vector, reply.base64());
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeStringField("model", head.model());
            out.writeObjectFieldStart("usage");
            out.writeNumberField("prompt_tokens", reply.usage().promptTokens());
            out.writeNumberField("total_tokens", reply.usage().totalTokens());
            out.writeEndObject();
            out.writeEndObject();
        });
    }

    private static void write(JsonGenerator out, float[] vector, boolean base64) throws IOException {
        if (base64) {
            ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(vector);
            out.writeString(Base64.getEncoder().encodeToString(bytes.array()));
        } else {
            write(out, vector);
        }
    }
}
