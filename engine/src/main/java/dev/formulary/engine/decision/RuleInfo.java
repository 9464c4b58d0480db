package dev.formulary.engine.decision;

import dev.formulary.engine.facts.AlertTiming;
import org.jspecify.annotations.Nullable;

/// What is known about a rule when it fires.
///
/// @param id from `@id`, unique in a set
/// @param name what stands behind `rule`, unique in a file
/// @param owner from `@owner`, may be empty
/// @param reason from `@reason`
/// @param file relative to the rules folder
/// @param line where the rule begins
/// @param salience what its author gave it, 0 when nothing
/// @param timing when its alerts begin and end, if it watches; null when it is heard with calls
record RuleInfo(String id, String name, String owner, String reason, Kind kind, String file, int line, int salience,
        @Nullable AlertTiming timing) {
    /// An author's salience has nine digits at most, so that the bands of safety and of everything else never meet.
    private static final int BAND = 1_050_000_000;

    /// A rule that is heard with calls.
    RuleInfo(String id, String name, String owner, String reason, Kind kind, String file, int line, int salience) {
        this(id, name, owner, reason, kind, file, line, salience, null);
    }

    /// A rule without salience.
    RuleInfo(String id, String name, String owner, String reason, Kind kind, String file, int line) {
        this(id, name, owner, reason, kind, file, line, 0);
    }

    /// Whether it is heard on a tick, and not with calls.
    boolean watches() {
        return timing != null;
    }

    /// Higher comes first, both in firing and where two rules set one thing: rules about safety before all others, then by
    /// salience.
    int precedence() {
        return (kind.safety() ? BAND : -BAND) + salience;
    }
}
