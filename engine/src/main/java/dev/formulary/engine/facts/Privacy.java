package dev.formulary.engine.facts;

/// How far the content of a call may travel, from the widest to the narrowest.
public enum Privacy {
    /// Nothing was said.
    UNSPECIFIED,
    /// Everything may leave, raw pictures too.
    OPEN,
    /// Only what was sanitised may leave.
    SANITISED,
    /// Only data about the content may leave.
    METADATA,
    /// Nothing leaves this machine or its own network.
    LOCAL
}
