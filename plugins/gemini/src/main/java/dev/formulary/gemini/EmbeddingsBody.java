package dev.formulary.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `embedContent` for one text and `batchEmbedContents` for several, both ways.
final class EmbeddingsBody {
    /// How many texts the vendor takes at once.
    static final int MOST_TEXTS = 100;

    private EmbeddingsBody() {}

    /// @param dimensions the length of the vectors, or null for the model's own
    static byte[] of(ModelTraits model, List<String> texts, @Nullable Integer dimensions) {
        if (texts.size() == 1) {
            return Json.bytes(one(model, texts.getFirst(), dimensions));
        }
        ObjectNode body = Json.object();
        var requests = body.putArray("requests");
        texts.forEach(text -> requests.add(one(model, text, dimensions)));
        return Json.bytes(body);
    }

    private static ObjectNode one(ModelTraits model, String text, @Nullable Integer dimensions) {
        ObjectNode request = Json.object().put("model", model.path());
        request.putObject("content").putArray("parts").addObject().put("text", text);
        return dimensions == null ? request : request.put("outputDimensionality", dimensions);
    }

    /// @param count how many texts were sent
    static List<float[]> read(byte[] answer, int count, ErrorBody errors) throws ProviderException {
        JsonNode root = Json.read(answer);
        if (root.hasNonNull("error")) {
            throw errors.insteadOfAnAnswer(root);
        }
        var vectors = new ArrayList<float[]>();
        if (root.path("embedding").isObject()) {
            vectors.add(vector(root.path("embedding")));
        } else {
            for (JsonNode each : root.path("embeddings")) {
                vectors.add(vector(each));
            }
        }
        if (vectors.size() != count) {
            throw new ProviderException(FailureCategory.MALFORMED,
                    "the vendor gave " + vectors.size() + " vectors for " + count + " texts");
        }
        return vectors;
    }

    private static float[] vector(JsonNode embedding) throws ProviderException {
        JsonNode values = embedding.path("values");
        float[] vector = new float[values.size()];
        for (int i = 0; i < vector.length; i++) {
            if (!values.path(i).isNumber()) {
                throw Json.malformed();
            }
            vector[i] = values.path(i).floatValue();
        }
        if (vector.length == 0) {
            throw Json.malformed();
        }
        return vector;
    }
}
