package dev.formulary.engine.admission;

import dev.formulary.engine.facts.Arrival.Presence;
import java.time.Duration;
import java.util.function.LongSupplier;

/// Where calls wait whose model would have to be loaded on this machine while its memory, or that of its graphics card, is
/// short. What needs no memory here goes past it. Thread-safe.
public final class MemoryGate {
    /// Memory is enough again when so much less of it is in use; otherwise each model that comes or goes would switch it.
    static final double SLACK = 0.02;

    private final String of;
    private final double most;
    private final Capacity.Door door = new Capacity.Door();
    private final Lane lane;

    /// @param of whose memory it is, as in `this machine`
    /// @param most the share of the memory above which it is short; 1 for never
    /// @param line how many calls may wait
    /// @param nanos a clock like [System#nanoTime]
    MemoryGate(String of, double most, int line, LongSupplier nanos) {
        this.of = of;
        this.most = most;
        lane = new Lane(door, line, nanos);
    }

    /// Takes a measurement, and lets those go who wait when there is room again. To be called about once a second.
    ///
    /// @param share of the memory in use, 0 to 1; -1 when unknown, which is not short
    public void measured(double share) {
        door.closed = most < 1 && share > (door.closed ? most - SLACK : most);
        lane.callUp();
        lane.tellWhereTheyStand();
    }

    /// Whose memory it is.
    public String of() {
        return of;
    }

    /// Whether models can't be loaded now.
    public boolean closed() {
        return door.closed;
    }

    /// Waits until there is memory, the most urgent first.
    ///
    /// @throws NoTurnException when too many wait, or it takes longer than that
    /// @throws InterruptedException when interrupted, or the caller has left
    public void await(Lane.Asks asks, Duration patience, Presence caller) throws NoTurnException, InterruptedException {
        lane.await(asks, patience, caller).ignored();
    }

    /// How many calls wait for memory.
    int waiting() {
        return lane.occupancy().waiting();
    }

    /// Who waits for memory.
    Lane.Wait waits() {
        return lane.waits();
    }
}
