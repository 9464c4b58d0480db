package dev.formulary.engine.admission;

import java.util.concurrent.atomic.AtomicBoolean;

/// A place at a provider for one attempt. It ends in exactly one of the three ways; later ones do nothing. Thread-safe.
public final class Turn {
    private final Lane lane;
    private final int inFlight;
    private final long begun;
    private final AtomicBoolean open = new AtomicBoolean(true);

    /// @param inFlight calls at the provider, this one included
    /// @param begun a reading of [System#nanoTime]
    Turn(Lane lane, int inFlight, long begun) {
        this.lane = lane;
        this.inFlight = inFlight;
        this.begun = begun;
    }

    Lane lane() {
        return lane;
    }

    /// The provider answered. The lane learns from how long it took to begin.
    ///
    /// @param firstByteNanos from the question to the first of the answer
    public void answered(long firstByteNanos) {
        if (open.compareAndSet(true, false)) {
            lane.learn(begun, firstByteNanos, inFlight, false);
            lane.leave(begun);
        }
    }

    /// It says nothing about how much the provider can bear.
    public void ignored() {
        if (open.compareAndSet(true, false)) {
            lane.leave(begun);
        }
    }

    /// The provider had too much to do.
    ///
    /// @param afterNanos how long it took to show
    public void dropped(long afterNanos) {
        if (open.compareAndSet(true, false)) {
            lane.learn(begun, afterNanos, inFlight, true);
            lane.leave(begun);
        }
    }
}
