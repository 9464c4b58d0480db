package dev.formulary.engine.store;

/// The prices of a model for prompts of one length, in micro-dollars for a million tokens; -1 means unknown, and of a class that
/// it costs what plain tokens do.
///
/// @param longCacheWrite -1 means what `cacheWrite` does
/// @param above how many tokens a prompt may have before they begin
/// @param source where they were read; empty when it is not known
/// @param asOf the day on which they were so; empty when it is not known
record PriceRow(long input, long output, long cachedInput, long cacheWrite, long longCacheWrite, long image,
        long audioInput,
        long audioOutput, int above, String source, String asOf) {}
