package dev.formulary.engine.facts;

/// What is known of some calls that have something in common: a model, a rule set, a label. Of each measure only those calls count of
/// which it is known.
///
/// @param calls how many there are
/// @param failed how many of them did not get an answer
/// @param latencyMs how long those took that were answered, in milliseconds
/// @param costMicros what these cost, in micro-dollars
/// @param promptTokens how long the prompts were
public record CallGroup(int calls, int failed, double[] latencyMs, double[] costMicros, double[] promptTokens) {
    /// Only as many are looked at, the latest.
    public static final int MOST = 20_000;
}
