package dev.formulary.engine.alert;

import java.time.Instant;
import java.util.List;
import java.util.Set;

/// Something that channels are told of one or more alerts. The id stays the same however often it is handed over.
///
/// @param id of this event
/// @param kind what happened
/// @param at when
/// @param alerts what it is about, the worst first; never empty
/// @param more how many others it is about, for which there is no room
/// @param about what is about the same is told to a channel in the order in which it happened
/// @param channels the names of those that are told
public record Telling(String id, Kind kind, Instant at, List<OpenAlert> alerts, int more, String about,
        Set<String> channels) {
    /// So many alerts stand in one telling.
    public static final int MOST = 20;

    public Telling {
        alerts = List.copyOf(alerts);
        channels = Set.copyOf(channels);
    }

    /// The worst.
    public OpenAlert alert() {
        return alerts.getFirst();
    }

    /// What happened.
    public enum Kind {
        /// An alert is open.
        OPENED,
        /// It is more severe than when this was told before.
        WORSENED,
        /// It comes and goes; nothing more is told until it is calm.
        FLAPPING,
        /// It is open for so long that more people are told.
        ESCALATED,
        /// It is still open, and nobody has taken note.
        REPEATED,
        /// Somebody has taken note.
        ACKNOWLEDGED,
        /// It is over.
        RESOLVED
    }
}
