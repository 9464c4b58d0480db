package dev.formulary.engine.alert;

import java.time.Instant;

/// What became of an alert, whether anybody is told of it or not.
///
/// @param alert as it is then, or as it was last; what it wants to be done begins when it opens and ends when it is resolved
public record AlertChange(Kind kind, OpenAlert alert, Instant at) {

    /// What it was that happened.
    public enum Kind {
        /// It is open.
        OPENED,
        /// It is more severe than before.
        WORSENED,
        /// It is over.
        RESOLVED
    }
}
