package dev.formulary.engine.facts;

/// A graphics card of the machine. Shares go from 0 to 1; what can't be measured is -1, never 0.
///
/// @param name as its maker calls it
/// @param memoryBytes how much memory it has
/// @param memory share of its memory in use, by whomever
/// @param busy share of its time in use
public record Gpu(String name, long memoryBytes, double memory, double busy) {}
