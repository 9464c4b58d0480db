package dev.formulary.engine.decision;

/// What came of putting a rule set of before back into the rules folder.
public sealed interface Rollback {
    /// @param report how it stands with the rules now
    record Done(RuleSetReport report) implements Rollback {}

    /// Nothing was changed.
    ///
    /// @param reason in words
    record Refused(String reason) implements Rollback {}
}
