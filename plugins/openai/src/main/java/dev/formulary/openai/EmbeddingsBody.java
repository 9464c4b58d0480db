package dev.formulary.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
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
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/// `POST /embeddings`, both ways.
final class EmbeddingsBody {
    /// How the names of options begin that only Ollama has.
    private static final String FOREIGN = "options.";

    private EmbeddingsBody() {}

    /// The caller's names of the options that go along: all but those of other formats.
    static Set<String> carried(Embeddings.Request request) {
        var names = new HashSet<>(request.options().extra().keySet());
        names.removeIf(name -> name.startsWith(FOREIGN));
        names.add("user");
        return names;
    }

    static byte[] of(Embeddings.Request request) {
        ObjectNode body = Json.TREES.createObjectNode();
        request.options().extra().forEach((name, value) -> {
            if (!name.startsWith(FOREIGN)) {
                body.set(name, Json.TREES.valueToTree(value));
            }
        });
        body.put("model", request.model());
        ArrayNode input = body.putArray("input");
        request.texts().forEach(input::add);
        request.tokens().forEach(tokens -> tokens.forEach(input.addArray()::add));
        if (request.options().endUser() != null) {
            body.put("user", request.options().endUser());
        }
        body.put("encoding_format", "base64");
        if (request.dimensions() != null) {
            body.put("dimensions", request.dimensions());
        }
        return body.toString().getBytes(StandardCharsets.UTF_8);
    }

    /// @param count how many texts were sent
    /// @param ignored what was left out of the request
    static Embeddings read(byte[] answer, int count, Set<String> ignored, ErrorBody errors) throws ProviderException {
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
        return new Embeddings(List.of(vectors), prompt < 0 ? Usage.NONE : Usage.of(prompt, 0), ignored);
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
