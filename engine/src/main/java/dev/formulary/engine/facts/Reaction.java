package dev.formulary.engine.facts;

/// What becomes of a call when an attempt has failed. The later one is the more careful: of several that are said it holds.
public enum Reaction {
    /// The same model is asked again after a short while, twice at most and while the budget for that lasts; then the next one.
    RETRY,
    /// The next model of the plan is asked, at once.
    NEXT,
    /// Nobody else is asked; the caller is told.
    STOP
}
