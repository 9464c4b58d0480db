package dev.formulary.engine.dispatch;

import dev.formulary.spi.Embeddings;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderException;

/// Texts to be turned into vectors.
///
/// @param request the texts as the client gave them
/// @param measure finds texts that are too long
public record VectorOrder(Embeddings.Request request, Measure measure) {

    /// Estimates how long texts are.
    @FunctionalInterface
    public interface Measure {
        /// The place of the first text that has more tokens than that, or -1.
        int longer(int tokens);
    }

    /// Refuses before it is asked what a model can't do.
    void check(int contextTokens, Provider provider) throws ProviderException {
        if (!request.tokens().isEmpty() && !provider.takesTokens()) {
            throw new ProviderException(FailureCategory.UNSUPPORTED,
                    "this model's provider takes texts and no tokens; send the texts");
        }
        int longer = contextTokens <= 0 || request.truncate() ? -1 : measure.longer(contextTokens);
        if (longer >= 0) {
            throw new ProviderException(FailureCategory.CONTEXT_OVERFLOW,
                    "text " + (longer + 1) + " has more tokens than the model's context of " + contextTokens);
        }
    }
}
