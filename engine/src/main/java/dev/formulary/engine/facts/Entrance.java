package dev.formulary.engine.facts;

/// One thing that a route may ask of the gateway, by name: `formulary:openai-chat`. Thread-safe; blocks the calling
/// virtual thread.
@FunctionalInterface
public interface Entrance {

    /// Takes what came and gives what goes back. Never throws for what a client can cause.
    ///
    /// @throws InterruptedException when the gateway stops
    Answer enter(Arrival arrival) throws InterruptedException;
}
