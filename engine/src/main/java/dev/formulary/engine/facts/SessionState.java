package dev.formulary.engine.facts;

/// Where the caller's session stands.
public enum SessionState {
    /// Nothing was said.
    UNSPECIFIED, ACTIVE, PAUSED, COMPLETED, ABANDONED
}
