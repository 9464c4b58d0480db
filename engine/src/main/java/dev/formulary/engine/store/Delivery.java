package dev.formulary.engine.store;

import java.time.Instant;

/// An event on its way to a channel.
///
/// @param id in the order in which events happened; 0 for one that is not kept yet
/// @param event which event
/// @param channel the channel's name
/// @param about events of one channel that are about the same are told one after the other
/// @param document the event
/// @param attempts how often it was tried since it was kept, or sent again by hand
/// @param due when it is tried next
/// @param changed when it came to its state
/// @param said why it was not taken the last time, or what the channel said when it took it; empty at first
public record Delivery(long id, String event, String channel, String about, String document, State state, int attempts,
        Instant due, Instant changed, String said) {

    /// What may have become of it.
    public enum State {
        /// It is tried when it is due.
        WAITING,
        /// The channel has taken it.
        DELIVERED,
        /// It is not tried any more.
        DEAD
    }

    /// One that was not tried yet.
    public static Delivery fresh(String event, String channel, String about, String document, Instant now) {
        return new Delivery(0, event, channel, about, document, State.WAITING, 0, now, now, "");
    }

    /// The same, tried once more.
    ///
    /// @param next when it is tried again; of no meaning unless it waits
    public Delivery tried(State after, Instant next, Instant now, String what) {
        return new Delivery(id, event, channel, about, document, after, attempts + 1, next, now, what);
    }
}
