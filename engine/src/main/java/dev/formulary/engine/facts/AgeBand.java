package dev.formulary.engine.facts;

/// How old the person is.
public enum AgeBand {
    /// Nothing was said.
    UNSPECIFIED,
    /// Under 13.
    CHILD,
    /// 13 to 17.
    TEEN,
    /// 18 to 64.
    ADULT,
    /// 65 and over.
    SENIOR
}
