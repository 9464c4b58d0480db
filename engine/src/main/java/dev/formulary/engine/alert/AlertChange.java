package dev.formulary.engine.alert;

import java.time.Instant;

/// What became of an alert.
///
/// @param alert as it is then, or as it was last
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
