package dev.formulary.spi;

import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;

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
    private static final long MILLION = 1_000_000;

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

    /// What an answer costs in micro-dollars, rounded up. Where a vendor counts tokens in two classes, such as cached sound, all
    /// that was read costs no more than so many tokens of the dearest of its classes.
    ///
    /// @return [#UNKNOWN] when the price of what was read or written is; more than can be counted is the most that can
    public long costMicros(Usage usage) {
        if (inputPrice < 0 || outputPrice < 0) {
            return UNKNOWN;
        }
        PriceStep prices = prices(usage.promptTokens());
        long plainOutput = usage.completionTokens() - (long) usage.audioOutputTokens();
        long perMillion = sum(Math.min(read(usage, prices), mostRead(usage, prices)),
                cost(plainOutput, prices.output(), prices.output()));
        perMillion = sum(perMillion, cost(usage.audioOutputTokens(), classPrices.audioOutput(), prices.output()));
        return Math.ceilDiv(perMillion, MILLION);
    }

    private long read(Usage usage, PriceStep prices) {
        // of tokens that are counted twice the plain rest is none
        long plainInput = usage.promptTokens() - (long) usage.cachedTokens() - usage.cacheWriteTokens()
                - usage.imageTokens() - usage.audioInputTokens();
        long perMillion = cost(plainInput, prices.input(), prices.input());
        perMillion = sum(perMillion, cost(usage.cachedTokens(), prices.cachedInput(), prices.input()));
        perMillion = sum(perMillion, cost(usage.cacheWriteTokens() - keptLonger(usage), prices.cacheWrite(),
                prices.input()));
        perMillion = sum(perMillion, cost(keptLonger(usage), prices.keptLonger(), prices.input()));
        perMillion = sum(perMillion, cost(usage.imageTokens(), classPrices.image(), prices.input()));
        return sum(perMillion, cost(usage.audioInputTokens(), classPrices.audioInput(), prices.input()));
    }

    private static long keptLonger(Usage usage) {
        return Math.min(usage.longCacheWriteTokens(), usage.cacheWriteTokens());
    }

    private long mostRead(Usage usage, PriceStep prices) {
        long kept = keptLonger(usage);
        long[] tokens = {usage.cachedTokens(), usage.cacheWriteTokens() - kept, kept, usage.imageTokens(),
                usage.audioInputTokens()};
        long[] own = {prices.cachedInput(), prices.cacheWrite(), prices.keptLonger(), classPrices.image(),
                classPrices.audioInput()};
        long all = usage.promptTokens();
        long dearest = LongStream.of(tokens).sum() < all ? prices.input() : 0;
        for (int i = 0; i < tokens.length; i++) {
            all = Math.max(all, tokens[i]);
            dearest = Math.max(dearest, tokens[i] == 0 ? 0 : own[i] < 0 ? prices.input() : own[i]);
        }
        return cost(all, dearest, dearest);
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
                cost(answerTokens, prices.output(), prices.output())), MILLION);
    }

    /// The most that an answer may cost in micro-dollars, rounded up, whatever classes its tokens turn out to be of: all that is
    /// read has the price of the dearest class that it may have, and so has all that is written. No prompt that is shorter,
    /// and no answer, costs more, also where long prompts are cheaper.
    ///
    /// @param promptTokens the most that the prompt may have
    /// @param answerTokens the most that the answer may have
    /// @param brought [Capability#VISION] where there may be pictures in the prompt, [Capability#AUDIO] where there may be
    /// sound; others say nothing here. Any prompt may be put into the vendor's cache
    /// @return [#UNKNOWN] when the price of what is read or written is; more than can be counted is the most that can
    public long mostMicros(long promptTokens, long answerTokens, Set<Capability> brought) {
        if (inputPrice < 0 || outputPrice < 0) {
            return UNKNOWN;
        }
        long most = mostWithin(promptTokens, answerTokens, brought);
        for (PriceStep step : classPrices.steps()) {
            if (step.above() < promptTokens) {
                most = Math.max(most, mostWithin(step.above(), answerTokens, brought));
            }
        }
        return most;
    }

    /// Between two steps the longest prompt costs most.
    private long mostWithin(long promptTokens, long answerTokens, Set<Capability> brought) {
        PriceStep prices = prices(promptTokens);
        long read = Math.max(Math.max(prices.input(), prices.cachedInput()),
                Math.max(prices.cacheWrite(), prices.keptLonger()));
        if (brought.contains(Capability.VISION)) {
            read = Math.max(read, classPrices.image());
        }
        if (brought.contains(Capability.AUDIO)) {
            read = Math.max(read, classPrices.audioInput());
        }
        long written = Math.max(prices.output(), classPrices.audioOutput());
        return Math.ceilDiv(sum(cost(promptTokens, read, read), cost(answerTokens, written, written)), MILLION);
    }

    private PriceStep prices(long promptTokens) {
        return classPrices.step(promptTokens,
                new PriceStep(0, inputPrice, outputPrice, classPrices.cachedInput(),
                        classPrices.cacheWrite(), classPrices.longCacheWrite()));
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
