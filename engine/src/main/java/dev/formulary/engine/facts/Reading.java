package dev.formulary.engine.facts;

/// What was measured just now. What is unknown is not read, or is -1 or no number.
///
/// @param resource of what: a model, a provider, a card; empty where there is but one
public record Reading(Metric metric, String resource, double value) {

    /// Of that of which there is but one.
    public Reading(Metric metric, double value) {
        this(metric, "", value);
    }

    /// Whether it is a number, and not one that stands for the unknown.
    public boolean known() {
        return Double.isFinite(value) && value >= 0;
    }
}
