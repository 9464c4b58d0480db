package dev.formulary.engine.admission;

import dev.formulary.engine.facts.Arrival.Presence;
import dev.formulary.engine.facts.Priority;
import dev.formulary.engine.facts.QueuePlace;

/// A call in the line for a provider. Thread-safe.
final class Waiting {
    private static final QueuePlace NOT_YET = new QueuePlace(0, -1);

    private final Lane.Asks asks;
    private final Presence caller;
    private final Claim claim;
    private volatile QueuePlace place = NOT_YET;
    private long since;

    /// @param asks who waits, and for how much: fairness between tenants goes by it
    /// @param caller who is told where it stands
    /// @param claim what it waits for, maybe in other lines, too
    Waiting(Lane.Asks asks, Presence caller, Claim claim) {
        this.asks = asks;
        this.caller = caller;
        this.claim = claim;
    }

    String tenant() {
        return asks.tenant();
    }

    Priority priority() {
        return asks.priority();
    }

    /// In tokens.
    long cost() {
        return asks.tokens();
    }

    /// It waits from now on; to be called with the lane's lock.
    void begins(long nanos) {
        since = nanos;
    }

    /// Since when it waits; to be called with the lane's lock.
    long since() {
        return since;
    }

    /// Notes where it stands; to be called with the lane's lock.
    ///
    /// @return whether that has changed
    boolean at(QueuePlace now) {
        if (now.position() == place.position() && now.etaMs() / 1_000 == place.etaMs() / 1_000) {
            return false;
        }
        place = now;
        return true;
    }

    /// Tells its caller where it stands; to be called without the lane's lock.
    void tell() {
        caller.waits(place);
    }

    Claim claim() {
        return claim;
    }
}
