package dev.formulary.engine.route;

import java.time.Instant;
import java.util.List;

/// How a file of the routes folder fares.
///
/// @param file its name
/// @param from what its routes listen to, as written, for example `platform-http:/v1/chat/completions`
/// @param state whether it serves
/// @param message why it does not serve, or serves only in part or in its former version; else empty
/// @param since when that became so
public record RouteStatus(String file, List<String> from, State state, String message, Instant since) {
    public RouteStatus {
        from = List.copyOf(from);
    }

    /// Whether a file serves.
    public enum State {
        /// All is well.
        SERVING,
        /// What it needs is switched off in the configuration.
        OFF,
        /// The newest text is wrong; the version before it serves, if there was one.
        BROKEN
    }
}
