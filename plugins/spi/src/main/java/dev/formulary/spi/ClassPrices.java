package dev.formulary.spi;

/// What the classes of tokens cost that have a price of their own, and where the prices come from. Prices are whole
/// micro-dollars for a million tokens: 2,500,000 is $2.50; [#UNKNOWN] means as much as plain tokens.
///
/// @param cachedInput tokens read from the vendor's cache
/// @param cacheWrite tokens read and put into the vendor's cache
/// @param image tokens that pictures are read as
/// @param audioInput tokens that sound is read as
/// @param audioOutput tokens that are spoken
/// @param source where all prices of the model were read; empty when it is not known
/// @param asOf the day on which they were so, as in `2026-11-30`; empty when it is not known
public record ClassPrices(long cachedInput, long cacheWrite, long image, long audioInput, long audioOutput,
        String source,
        String asOf) {
    /// Stands for a class without a price of its own.
    public static final int UNKNOWN = -1;
    /// All classes cost as much as plain tokens.
    public static final ClassPrices NONE = new ClassPrices(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, "", "");

    public ClassPrices {
        long least = Math.min(Math.min(cachedInput, cacheWrite), Math.min(image, Math.min(audioInput, audioOutput)));
        if (least < UNKNOWN) {
            throw new IllegalArgumentException("a price is negative");
        }
    }
}
