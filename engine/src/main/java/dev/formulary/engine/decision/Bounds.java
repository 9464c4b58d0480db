package dev.formulary.engine.decision;

/// What a decision may take.
///
/// @param firings of rules
/// @param nanos from the beginning
record Bounds(int firings, long nanos) {}
