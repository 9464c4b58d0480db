package dev.formulary.engine.notify;

/// Sends what a route made of an event to channels of one kind. Thread-safe.
@FunctionalInterface
public interface Post {

    /// Returns when the channel has taken it; blocks no longer than the channel's timeout.
    ///
    /// @throws UndeliveredException when it has not
    Receipt send(Parcel parcel, Letter letter) throws UndeliveredException, InterruptedException;
}
