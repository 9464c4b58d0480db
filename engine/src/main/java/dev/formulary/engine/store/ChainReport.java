package dev.formulary.engine.store;

import org.jspecify.annotations.Nullable;

/// How it stands with the chain of entries.
///
/// @param entries how many were walked
/// @param first number of the first entry that is kept
/// @param head number of the last entry
/// @param hash of the last entry, in hexadecimal: noted elsewhere, it proves later that nothing before it was changed
/// @param broken the first thing that is wrong, or null when all is well
public record ChainReport(long entries, long first, long head, String hash, @Nullable String broken) {}
