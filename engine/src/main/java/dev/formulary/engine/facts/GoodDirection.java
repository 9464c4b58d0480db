package dev.formulary.engine.facts;

/// Which way is better for a metric.
public enum GoodDirection {
    LOWER, HIGHER,
    /// Neither is better: how much there is to do, for one.
    NEITHER
}
