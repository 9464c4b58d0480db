package dev.formulary.spi;

/// What a call costs whose prompt is longer than most: all of its tokens, not only those beyond. Prices are whole micro-dollars
/// for a million tokens: 2,500,000 is $2.50.
///
/// @param above how many tokens a prompt may have before these prices begin, those of all classes of reading counted
/// @param input plain tokens of the prompt
/// @param output tokens of the answer
/// @param cachedInput tokens read from the vendor's cache; [ClassPrices#UNKNOWN] means as much as plain ones of this step
/// @param cacheWrite tokens read and put into the vendor's cache; [ClassPrices#UNKNOWN] as before
/// @param longCacheWrite those that are kept there for longer than usual; [ClassPrices#UNKNOWN] means as much as `cacheWrite`
public record PriceStep(int above, long input, long output, long cachedInput, long cacheWrite,
        long longCacheWrite) {
    public PriceStep {
        if (above < 0 || input < 0 || output < 0
                || Math.min(cachedInput, Math.min(cacheWrite, longCacheWrite)) < ClassPrices.UNKNOWN) {
            throw new IllegalArgumentException("a step of prices above " + above + " tokens has something negative");
        }
    }

    /// What is put into the vendor's cache costs as much however long it is kept.
    public PriceStep(int above, long input, long output, long cachedInput, long cacheWrite) {
        this(above, input, output, cachedInput, cacheWrite, ClassPrices.UNKNOWN);
    }

    /// What is put into the cache for longer than usual costs, as far as it is known apart.
    long keptLonger() {
        return longCacheWrite < 0 ? cacheWrite : longCacheWrite;
    }
}
