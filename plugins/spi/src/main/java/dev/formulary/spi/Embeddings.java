package dev.formulary.spi;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Vectors for texts.
///
/// @param vectors one for each text, in order, all of one length
/// @param usage what it took
public record Embeddings(List<float[]> vectors, Usage usage) {
    public Embeddings {
        vectors = List.copyOf(vectors);
    }

    /// What is to be turned into vectors.
    ///
    /// @param model the provider's own id of the model
    /// @param dimensions the length of the vectors, or null for the model's own
    public record Request(String model, List<String> texts, @Nullable Integer dimensions) {
        public Request {
            texts = List.copyOf(texts);
        }
    }
}
