package dev.formulary.engine.facts;

/// The state of a model's circuit breaker.
public enum BreakerState {
    /// Calls pass.
    CLOSED,
    /// A few calls pass, to find out.
    HALF_OPEN,
    /// No call passes.
    OPEN
}
