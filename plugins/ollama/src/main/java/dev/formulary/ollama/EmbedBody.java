package dev.formulary.ollama;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.formulary.spi.Embeddings;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.Usage;
import dev.formulary.wire.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// `POST /api/embed`, both ways.
final class EmbedBody {
    private static final String OPTION = "options.";

    private EmbedBody() {}

    /// The caller's names of the options that go along.
    static Set<String> carried(Embeddings.Request request) {
        var names = new HashSet<>(request.options().extra().keySet());
        names.removeIf(name -> !name.startsWith(OPTION));
        names.add("keep_alive");
        return names;
    }

    /// @param usualStay for how long the model stays where the caller does not say, as JSON; or null
    static byte[] of(Embeddings.Request request, @Nullable String usualStay) {
        ObjectNode body = Json.TREES.createObjectNode().put("model", request.model());
        request.texts().forEach(body.putArray("input")::add);
        body.put("truncate", request.truncate());
        if (request.dimensions() != null) {
            body.put("dimensions", request.dimensions());
        }
        Duration asked = request.options().keepAlive();
        String stay = asked == null ? usualStay : KeepAlive.json(asked);
        if (stay != null) {
            body.putRawValue("keep_alive", new RawValue(stay));
        }
        ObjectNode options = Json.TREES.createObjectNode();
        request.options().extra().forEach((name, value) -> {
            if (name.startsWith(OPTION)) {
                options.set(name.substring(OPTION.length()), Json.TREES.valueToTree(value));
            }
        });
        if (!options.isEmpty()) {
            body.set("options", options);
        }
        return body.toString().getBytes(StandardCharsets.UTF_8);
    }

    /// @param count how many texts were sent
    /// @param ignored what was left out of the request
    static Embeddings read(JsonNode answer, int count, Set<String> ignored) throws ProviderException {
        var vectors = new ArrayList<float[]>();
        for (JsonNode entry : answer.path("embeddings")) {
            float[] vector = new float[entry.size()];
            for (int i = 0; i < vector.length; i++) {
                vector[i] = (float) entry.path(i).asDouble();
            }
            vectors.add(vector);
        }
        if (vectors.size() != count) {
            throw new ProviderException(FailureCategory.MALFORMED, "ollama gave another number of vectors than texts");
        }
        int prompt = answer.path("prompt_eval_count").asInt(-1);
        return new Embeddings(vectors, prompt < 0 ? Usage.NONE : Usage.of(prompt, 0), ignored);
    }
}
