package dev.formulary.engine.facts;

/// How much danger the caller sees for the person, in rising order.
public enum Risk {
    /// Nothing was said; not the same as low.
    UNSPECIFIED, LOW, MODERATE, HIGH, CRITICAL
}
