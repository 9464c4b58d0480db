package dev.formulary.engine.notify;

/// Brings an event to its channel, once. Thread-safe.
@FunctionalInterface
public interface Courier {

    /// Returns when the channel has taken it. Blocks for as long as the channel's timeout, and a route that does more for longer.
    ///
    /// @throws UndeliveredException when it has not
    Receipt carry(Parcel parcel) throws UndeliveredException, InterruptedException;
}
