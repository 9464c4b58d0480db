package dev.formulary.engine.admission;

import dev.formulary.engine.facts.Arrival.Presence;
import dev.formulary.engine.facts.Occupancy;
import dev.formulary.engine.facts.Priority;
import dev.formulary.engine.facts.QueuePlace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The way to one provider: so many calls at once, the others wait in line. Thread-safe; the lock is held for a few steps in
/// memory only.
public final class Lane {
    private static final double SMOOTHING = 0.1;
    private static final long MOST_SECONDS = 600;
    /// What nobody is charged more than: 64 rounds of a tenant's turns.
    private static final long MOST_TOKENS = 262_144;

    private volatile Capacity capacity;
    private final int most;
    private final LongSupplier nanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Line line = new Line();
    private int inFlight;
    /// How long calls keep their turns, in nanoseconds, as a moving average; 0 until one has ended.
    private double holds;

    /// @param most how many may wait
    /// @param nanos a clock like [System#nanoTime]
    Lane(Capacity capacity, int most, LongSupplier nanos) {
        this.capacity = capacity;
        this.most = most;
        this.nanos = nanos;
    }

    /// Lets so many in at once from now on; 0 when that follows what the provider shows. What was learnt stays when that is as
    /// before.
    void allow(int calls) {
        boolean same = calls > 0 ? capacity.equals(new Capacity.Fixed(calls)) : capacity instanceof Capacity.Adaptive;
        if (!same) {
            capacity = Capacity.of(calls);
        }
    }

    /// Takes a turn if there is one right now and nobody waits for it; null otherwise. Does not wait.
    public @Nullable Turn enter() {
        lock.lock();
        try {
            return line.size() == 0 && inFlight < capacity.calls() ? turn() : null;
        } finally {
            lock.unlock();
        }
    }

    /// Waits for a turn, on the call's own thread.
    ///
    /// @param asks who waits
    /// @param patience how long at most
    /// @param caller told where the call stands; when it leaves, the call does not wait any more
    /// @throws NoTurnException when too many wait, when it would take longer than that, or did
    /// @throws InterruptedException when interrupted, or the caller has left
    public Turn await(Asks asks, Duration patience, Presence caller)
            throws NoTurnException, InterruptedException {
        return new FirstTurn(List.of(this), asks, patience, caller).await();
    }

    /// Who wants a turn.
    ///
    /// @param tokens how much it asks for: prompt and answer
    public record Asks(String tenant, Priority priority, long tokens) {
        public Asks {
            tokens = Math.clamp(tokens, 1, MOST_TOKENS);
        }
    }

    /// Lines a call up, or gives it a turn at once.
    ///
    /// @throws NoTurnException when it can't wait here
    void join(Waiting waiting, Duration patience) throws NoTurnException {
        lock.lock();
        try {
            if (line.size() == 0 && inFlight < capacity.calls()) {
                give(waiting);
                return;
            }
            long expected = expected(waiting);
            if (expected > patience.toNanos()) {
                throw new NoTurnException("its turn would come in about " + seconds(expected) + " s, and the call has "
                        + seconds(patience.toNanos()) + " s left", retryAfter(expected));
            }
            if (line.size() >= most) {
                makeRoom(waiting, expected);
            }
            waiting.at(place(line.ahead(waiting.priority(), waiting.tenant()) + 1));
            waiting.begins(nanos.getAsLong());
            line.add(waiting);
        } finally {
            lock.unlock();
        }
    }

    private void give(Waiting waiting) {
        if (waiting.claim().takeForATurn()) {
            waiting.claim().give(turn());
        }
    }

    private void makeRoom(Waiting newcomer, long expected) throws NoTurnException {
        Waiting spared = line.sparedFor(newcomer);
        if (spared == null) {
            throw new NoTurnException(crowd(), retryAfter(expected));
        }
        line.remove(spared);
        spared.claim().dropped();
    }

    private String crowd() {
        return switch (line.size()) {
            case 0 -> "no call may wait for it";
            case 1 -> "1 call waits already";
            default -> line.size() + " calls wait already";
        };
    }

    /// Whether a call is in the line.
    boolean has(Waiting waiting) {
        lock.lock();
        try {
            return line.has(waiting);
        } finally {
            lock.unlock();
        }
    }

    /// Why a call that waited got no turn.
    ///
    /// @param shed whether others took its place
    NoTurnException late(Asks asks, Duration patience, boolean shed) {
        lock.lock();
        try {
            return new NoTurnException(shed
                    ? "more urgent calls took its place in the line, or those of a tenant with fewer there"
                    : "its turn did not come within " + seconds(patience.toNanos()) + " s",
                    retryAfter(wait(line.ahead(asks.priority(), asks.tenant()) + 1)));
        } finally {
            lock.unlock();
        }
    }

    /// Takes a call out of the line that does not wait any more; does nothing when it is not there.
    void leave(Waiting waiting) {
        lock.lock();
        try {
            line.remove(waiting);
        } finally {
            lock.unlock();
        }
    }

    private Turn turn() {
        inFlight++;
        return new Turn(this, inFlight, nanos.getAsLong());
    }

    void learn(long begun, long took, int then, boolean dropped) {
        capacity.learn(begun, took, then, dropped);
    }

    /// A turn is over. Those whose turn it is now go on; there may be more of them when the capacity has grown.
    void leave(long begun) {
        lock.lock();
        try {
            inFlight--;
            double held = Math.max(1, nanos.getAsLong() - begun);
            holds = holds == 0 ? held : holds + SMOOTHING * (held - holds);
            callUp();
        } finally {
            lock.unlock();
        }
    }

    /// Tells all who wait, unless nothing has changed for them. To be called on a tick.
    void tellWhereTheyStand() {
        List<Waiting> moved = new ArrayList<>();
        lock.lock();
        try {
            line.each((waiting, position) -> {
                if (waiting.at(place(position))) {
                    moved.add(waiting);
                }
            });
        } finally {
            lock.unlock();
        }
        moved.forEach(Waiting::tell);
    }

    private QueuePlace place(int position) {
        return new QueuePlace(position, holds == 0 ? -1 : TimeUnit.NANOSECONDS.toMillis(wait(position)));
    }

    /// Lets go on whose turn it is. Called also on a tick, for a capacity that grew although no call ended.
    void callUp() {
        lock.lock();
        try {
            while (line.size() > 0 && inFlight < capacity.calls()) {
                Waiting next = line.next();
                if (next != null) {
                    give(next);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /// How long a newcomer would wait, in nanoseconds: by Little's law those before it, times how long each keeps its turn,
    /// over how many have one at once. 0 while nobody knows.
    private long expected(Waiting newcomer) {
        return wait(line.ahead(newcomer.priority(), newcomer.tenant()) + 1);
    }

    private long wait(int position) {
        return (long) (holds * position / Math.max(1, capacity.calls()));
    }

    private static Duration retryAfter(long expected) {
        long seconds = Math.ceilDiv(expected, 1_000_000_000L);
        return Duration.ofSeconds(Math.clamp(seconds, 1, MOST_SECONDS));
    }

    private static String seconds(long nanos) {
        return Long.toString(Math.ceilDiv(nanos, 1_000_000_000L));
    }

    /// Whether nobody is there and nobody waits.
    boolean idle() {
        lock.lock();
        try {
            return inFlight == 0 && line.size() == 0;
        } finally {
            lock.unlock();
        }
    }

    /// How it stands now.
    public Occupancy occupancy() {
        lock.lock();
        try {
            return new Occupancy(inFlight, capacity.calls(), line.size());
        } finally {
            lock.unlock();
        }
    }

    /// Who waits now.
    ///
    /// @param calls how many
    /// @param oldestNanos how long the one has waited that has waited longest; 0 when nobody waits
    public record Wait(int calls, long oldestNanos) {}

    /// Who waits now.
    Wait waits() {
        lock.lock();
        try {
            Waiting oldest = line.oldest();
            return new Wait(line.size(), oldest == null ? 0 : nanos.getAsLong() - oldest.since());
        } finally {
            lock.unlock();
        }
    }
}
