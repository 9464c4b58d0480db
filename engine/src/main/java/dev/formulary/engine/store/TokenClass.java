package dev.formulary.engine.store;

import java.util.Locale;

/// Tokens that are counted, and may be charged, by themselves. Each token of an answer is in one class only.
enum TokenClass {
    /// Read, and in no other class.
    INPUT,
    /// Read from the vendor's cache.
    CACHED,
    /// Read, and put into the vendor's cache.
    CACHE_WRITE,
    /// What pictures were read as.
    IMAGE,
    /// What sound was read as.
    AUDIO_INPUT,
    /// Written, and in no other class.
    OUTPUT,
    /// Thought and not said; costs what is written.
    REASONING,
    /// Spoken.
    AUDIO_OUTPUT;

    /// As it is called in reports and columns.
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
