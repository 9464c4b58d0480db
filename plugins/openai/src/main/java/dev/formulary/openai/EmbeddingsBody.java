package dev.formulary.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.spi.Embeddings;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.Usage;
import dev.formulary.wire.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;

/// `POST /embeddings`, both ways.
final class EmbeddingsBody {
    private EmbeddingsBody() {}

    static byte[] of(Embeddings.Request request) {
        ObjectNode body = Json.TREES.createObjectNode().put("model", request.model());
        request.texts().forEach(body.putArray("input")::add);
        body.put("encoding_format", "base64");
        if (request.dimensions() != null) {
            body.put("dimensions", request.dimensions());
        }
        return body.toString().getBytes(StandardCharsets.UTF_8);
    }

    /// @param count how many texts were sent
    static Embeddings read(byte[] answer, int count, ErrorBody errors) throws ProviderException {
        JsonNode root;
        try {
            root = Json.TREES.readTree(answer);
        } catch (IOException e) {
            throw Json.malformed();
        }
        if (root.hasNonNull("error")) {
            throw errors.insteadOfAnAnswer(root.path("error"));
        }
        float[][] vectors = new float[count][];
        int position = 0;
        for (JsonNode entry : root.path("data")) {
            int index = entry.path("index").asInt(position++);
            if (index >= 0 && index < count) {
                vectors[index] = vector(entry.path("embedding"));
            }
        }
        if (Arrays.stream(vectors).anyMatch(Objects::isNull)) {
            throw new ProviderException(FailureCategory.MALFORMED, "the vendor gave fewer vectors than texts");
        }
        int prompt = root.path("usage").path("prompt_tokens").asInt(-1);
        return new Embeddings(List.of(vectors), prompt < 0 ? Usage.NONE : Usage.of(prompt, 0));
    }

    private static float[] vector(JsonNode embedding) throws ProviderException {
        if (!embedding.isTextual()) {
            float[] vector = new float[embedding.size()];
            for (int i = 0; i < vector.length; i++) {
                vector[i] = (float) embedding.path(i).asDouble();
            }
            return vector;
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(embedding.asText()))
                    .order(ByteOrder.LITTLE_ENDIAN);
            float[] vector = new float[bytes.remaining() / Float.BYTES];
            bytes.asFloatBuffer().get(vector);
            return vector;
        } catch (IllegalArgumentException e) {
            throw Json.malformed();
        }
    }
}
