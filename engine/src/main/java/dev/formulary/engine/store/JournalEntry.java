package dev.formulary.engine.store;

import org.jspecify.annotations.Nullable;

/// What is written into the journal at once.
///
/// @param bytes its content, and perhaps more behind it
/// @param length how many of them count
/// @param prices what it refers to and must stand before it in the same file; null for nothing
record JournalEntry(byte[] bytes, int length, @Nullable Prices prices) {

    /// A list of prices under a number, which stands once in each file that has to do with it.
    record Prices(int number, JournalEntry entry) {}

    /// That refers to nothing.
    static JournalEntry of(byte[] bytes) {
        return new JournalEntry(bytes, bytes.length, null);
    }
}
