package dev.formulary.engine.facts;

/// What the caller requires of a model. What was not said is -1. An unknown number of a model meets no requirement.
///
/// @param maxLatencyMs the 95th percentile of the whole time must not be above it, in milliseconds
/// @param minQuality the model's quality must be at least that, 0 to 10
/// @param minSafety the model's measured safety must be at least that, 0 to 10
/// @param maxCostMicros the estimated cost of the answer must not be above it, in micro-dollars
/// @param minContextTokens the model's context must have room for so many tokens
public record Requirements(int maxLatencyMs, double minQuality, double minSafety, long maxCostMicros,
        int minContextTokens) {
    /// Nothing was said.
    public static final Requirements NONE = new Requirements(-1, -1, -1, -1, -1);
}
