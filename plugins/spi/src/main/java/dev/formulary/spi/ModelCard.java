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
/// @param attributes whatever else is known, for example `licence`, `family`, `quantization`; shown, never decided by
/// @param classPrices what the classes of tokens cost that have a price of their own, and what long prompts cost
public record ModelCard(String id, Set<Capability> capabilities, int contextTokens, long inputPrice, long outputPrice,
        boolean local, Set<String> labels, double quality, double safety, Map<String, String> attributes,
        ClassPrices classPrices) {

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

    /// A model all of whose tokens cost as much as plain ones.
    public ModelCard(String id, Set<Capability> capabilities, int contextTokens, long inputPrice, long outputPrice,
            boolean local, Set<String> labels, double quality, double safety, Map<String, String> attributes) {
        this(id, capabilities, contextTokens, inputPrice, outputPrice, local, labels, quality, safety, attributes,
                ClassPrices.NONE);
    }

    /// What an answer costs in micro-dollars, rounded up.
    ///
    /// @return [#UNKNOWN] when the price of what was read or written is; more than can be counted is the most that can
    public long costMicros(Usage usage) {
        if (inputPrice < 0 || outputPrice < 0) {
            return UNKNOWN;
        }
        PriceStep prices = prices(usage.promptTokens());
        // a vendor may count a token in two classes, such as cached sound: the plain rest is none then
        long plainInput = usage.promptTokens() - (long) usage.cachedTokens() - usage.cacheWriteTokens()
                - usage.imageTokens() - usage.audioInputTokens();
        long plainOutput = usage.completionTokens() - (long) usage.audioOutputTokens();
        long perMillion = cost(plainInput, prices.input(), prices.input());
        perMillion = sum(perMillion, cost(usage.cachedTokens(), prices.cachedInput(), prices.input()));
        perMillion = sum(perMillion, cost(usage.cacheWriteTokens(), prices.cacheWrite(), prices.input()));
        perMillion = sum(perMillion, cost(usage.imageTokens(), classPrices.image(), prices.input()));
        perMillion = sum(perMillion, cost(usage.audioInputTokens(), classPrices.audioInput(), prices.input()));
        perMillion = sum(perMillion, cost(plainOutput, prices.output(), prices.output()));
        perMillion = sum(perMillion, cost(usage.audioOutputTokens(), classPrices.audioOutput(), prices.output()));
        return Math.ceilDiv(perMillion, 1_000_000L);
    }

    /// What an answer would cost in micro-dollars, all of its tokens being plain ones, rounded up.
    ///
    /// @return [#UNKNOWN] when the price of what is read or written is; more than can be counted is the most that can
    public long costMicros(long promptTokens, long answerTokens) {
        if (inputPrice < 0 || outputPrice < 0) {
            return UNKNOWN;
        }
        PriceStep prices = prices(promptTokens);
        return Math.ceilDiv(sum(cost(promptTokens, prices.input(), prices.input()),
                cost(answerTokens, prices.output(), prices.output())), 1_000_000L);
    }

    private PriceStep prices(long promptTokens) {
        return classPrices.step(promptTokens,
                new PriceStep(0, inputPrice, outputPrice, classPrices.cachedInput(), classPrices.cacheWrite()));
    }

    private static long cost(long tokens, long own, long plain) {
        long price = own < 0 ? plain : own;
        return tokens <= 0 || price == 0
                ? 0
                : tokens > Long.MAX_VALUE / price ? Long.MAX_VALUE : tokens * price;
    }

    private static long sum(long some, long more) {
        return some > Long.MAX_VALUE - more ? Long.MAX_VALUE : some + more;
    }

    /// A chat model about which nothing else is known.
    public static ModelCard of(String id) {
        return new ModelCard(id, Set.of(Capability.CHAT), 0, UNKNOWN, UNKNOWN, false, Set.of(), UNKNOWN, UNKNOWN,
                Map.of());
    }
}
