package dev.formulary.engine.facts;

/// How it stands with the calls of a provider.
///
/// @param inFlight calls that it has
/// @param capacity how many it may have at once, as far as is known now
/// @param waiting calls that wait for a place
public record Occupancy(int inFlight, int capacity, int waiting) {}
