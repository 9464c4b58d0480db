package dev.formulary.spi;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.stream.LongStream;

/// What the classes of tokens cost that have a price of their own, what long prompts cost, and where the prices come from. Prices are whole
/// micro-dollars for a million tokens: 2,500,000 is $2.50; [#UNKNOWN] means as much as plain tokens.
///
/// @param cachedInput tokens read from the vendor's cache
/// @param cacheWrite tokens read and put into the vendor's cache
/// @param longCacheWrite those that are kept there for longer than usual; [#UNKNOWN] means as much as `cacheWrite`
/// @param image tokens that pictures are read as
/// @param audioInput tokens that sound is read as
/// @param audioOutput tokens that are spoken
/// @param source where all prices of the model were read; empty when it is not known
/// @param asOf the day on which they were so, as in `2026-11-30`; empty when it is not known
/// @param steps other prices for calls with long prompts, the shortest first
public record ClassPrices(long cachedInput, long cacheWrite, long longCacheWrite, long image, long audioInput,
        long audioOutput, String source, String asOf, List<PriceStep> steps) {
    /// Stands for a class without a price of its own.
    public static final int UNKNOWN = -1;
    /// All classes cost as much as plain tokens.
    public static final ClassPrices NONE = new ClassPrices(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, "", "",
            List.of());

    public ClassPrices {
        if (LongStream.of(cachedInput, cacheWrite, longCacheWrite, image, audioInput, audioOutput)
                .anyMatch(price -> price < UNKNOWN)) {
            throw new IllegalArgumentException("a price is negative");
        }
        var beginnings = new HashSet<Integer>();
        for (PriceStep step : steps) {
            if (!beginnings.add(step.above())) {
                throw new IllegalArgumentException("two steps of prices begin above " + step.above() + " tokens");
            }
        }
        steps = steps.stream().sorted(Comparator.comparingInt(PriceStep::above)).toList();
    }

    /// What is put into the vendor's cache costs as much however long it is kept.
    public ClassPrices(long cachedInput, long cacheWrite, long image, long audioInput, long audioOutput,
            String source, String asOf, List<PriceStep> steps) {
        this(cachedInput, cacheWrite, UNKNOWN, image, audioInput, audioOutput, source, asOf, steps);
    }

    /// The same prices for prompts of any length.
    public ClassPrices(long cachedInput, long cacheWrite, long image, long audioInput, long audioOutput,
            String source, String asOf) {
        this(cachedInput, cacheWrite, image, audioInput, audioOutput, source, asOf, List.of());
    }

    /// The highest step that a prompt has passed.
    ///
    /// @param below the prices where it has passed none
    PriceStep step(long promptTokens, PriceStep below) {
        PriceStep passed = below;
        for (PriceStep step : steps) {
            if (promptTokens > step.above()) {
                passed = step;
            }
        }
        return passed;
    }
}
