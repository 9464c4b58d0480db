package dev.formulary.engine.facts;

/// Where a call stands in the line for a provider.
///
/// @param position 1 for whose turn is next. As urgent calls overtake and tenants take turns, it may also grow
/// @param etaMs in about how many milliseconds its turn comes, by Little's law; -1 while nobody knows
public record QueuePlace(int position, long etaMs) {}
