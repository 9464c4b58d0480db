package dev.formulary.simulator;

import dev.formulary.spi.Embeddings;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Makes vectors of texts: each word has one of its own, and a text the sum of them, of length 1.
final class Vectors {
    private static final int USUAL = 64;
    private static final int MOST = 4_096;

    private Vectors() {}

    static Embeddings of(Embeddings.Request request, ModelCard model) throws ProviderException {
        Set<String> ignored = request.ignoring(Set.of());
        int dimensions = dimensions(request.dimensions(), model);
        List<float[]> vectors = new ArrayList<>();
        int tokens = 0;
        for (String text : request.texts()) {
            int read = Composer.tokens(text);
            if (read > model.contextTokens() && !request.truncate()) {
                throw new ProviderException(FailureCategory.CONTEXT_OVERFLOW, "text " + (vectors.size() + 1)
                        + " has about " + read + " tokens, and the simulator's model '" + model.id() + "' takes "
                        + model.contextTokens(), 400, null, null);
            }
            tokens += Math.min(read, model.contextTokens());
            vectors.add(vector(text, dimensions));
        }
        return new Embeddings(vectors, Usage.of(tokens, 0), ignored);
    }

    private static int dimensions(@Nullable Integer asked, ModelCard model)
            throws ProviderException {
        if (asked != null && asked > MOST) {
            throw new ProviderException(FailureCategory.UNSUPPORTED, "the vectors of the simulator's model '"
                    + model.id() + "' have at most " + MOST + " dimensions, not " + asked);
        }
        return asked == null ? USUAL : asked;
    }

    private static float[] vector(String text, int dimensions) {
        var vector = new float[dimensions];
        for (String word : text.split("\\W+", -1)) {
            var random = new SplittableRandom(word.toLowerCase(Locale.ROOT).hashCode());
            for (int i = 0; i < dimensions; i++) {
                vector[i] += (float) random.nextDouble(-1, 1);
            }
        }
        double length = 0;
        for (float value : vector) {
            length += value * value;
        }
        for (int i = 0; i < dimensions; i++) {
            vector[i] /= (float) Math.sqrt(length);
        }
        return vector;
    }
}
