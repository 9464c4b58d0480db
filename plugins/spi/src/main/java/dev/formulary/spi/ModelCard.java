package dev.formulary.spi;

import java.util.Map;
import java.util.Set;

/// What is known about a model before it is asked. Immutable.
///
/// Prices are whole micro-dollars for a million tokens: 2,500,000 is $2.50. Quality and safety go from 0 to 10.
///
/// @param id the vendor's name of the model; the gateway calls it `provider/id`
/// @param capabilities what it can do
/// @param contextTokens how many tokens prompt and answer may have together, or 0 when unknown
/// @param inputPrice micro-dollars for a million prompt tokens, or [#UNKNOWN]
/// @param outputPrice micro-dollars for a million answer tokens, or [#UNKNOWN]
/// @param local true when prompts stay on this machine or its own network
/// @param labels free words that rules may ask for, for example `crisis` or `simulated`
/// @param quality how good its answers are, or [#UNKNOWN]
/// @param safety how safe its answers are, as measured, or [#UNKNOWN]
/// @param attributes whatever else is known; shown, never decided by
public record ModelCard(String id, Set<Capability> capabilities, int contextTokens, long inputPrice, long outputPrice,
        boolean local, Set<String> labels, double quality, double safety, Map<String, String> attributes) {

    /// Stands for a price, a quality or a safety that nobody knows.
    public static final int UNKNOWN = -1;

    public ModelCard {
        if (id.isBlank()) {
            throw new IllegalArgumentException("a model needs an id");
        }
        if (inputPrice < UNKNOWN || outputPrice < UNKNOWN || contextTokens < 0) {
            throw new IllegalArgumentException("model '" + id + "' has a negative price or context");
        }
        capabilities = Set.copyOf(capabilities);
        labels = Set.copyOf(labels);
        attributes = Map.copyOf(attributes);
    }

    /// A chat model about which nothing else is known.
    public static ModelCard of(String id) {
        return new ModelCard(id, Set.of(Capability.CHAT), 0, UNKNOWN, UNKNOWN, false, Set.of(), UNKNOWN, UNKNOWN,
                Map.of());
    }
}
