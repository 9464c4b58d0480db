package dev.formulary.engine.facts;

/// The terms of the ranking; rules change their weights.
public enum Term {
    QUALITY, COST, LATENCY, LOAD
}
