package dev.formulary.engine.decision;

/// What is known about a rule when it fires.
///
/// @param id from `@id`, unique in a set
/// @param name what stands behind `rule`, unique in a file
/// @param owner from `@owner`, may be empty
/// @param reason from `@reason`
/// @param file relative to the rules folder
/// @param line where the rule begins
/// @param salience what its author gave it, 0 when nothing
record RuleInfo(String id, String name, String owner, String reason, Kind kind, String file, int line, int salience) {
    /// An author's salience has nine digits at most, so that the bands of safety and of everything else never meet.
    private static final int BAND = 1_050_000_000;

    /// A rule without salience.
    RuleInfo(String id, String name, String owner, String reason, Kind kind, String file, int line) {
        this(id, name, owner, reason, kind, file, line, 0);
    }

    /// Higher comes first, both in firing and where two rules set one thing: rules about safety before all others, then by
    /// salience.
    int precedence() {
        return (kind.safety() ? BAND : -BAND) + salience;
    }
}
