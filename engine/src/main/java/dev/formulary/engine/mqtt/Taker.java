package dev.formulary.engine.mqtt;

/// Takes messages for a route.
@FunctionalInterface
public interface Taker {
    /// Handles a message, to the end.
    ///
    /// @return false when it takes none any more
    /// @throws InterruptedException when stopped
    boolean take(Incoming message) throws InterruptedException;
}
