package dev.formulary.engine.admission;

import dev.formulary.engine.facts.Arrival.Presence;
import dev.formulary.engine.facts.Priority;
import dev.formulary.engine.facts.QueuePlace;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A call in the line for a provider. All members but the latch are guarded by the lane's lock.
final class Waiting {
    private static final QueuePlace NOT_YET = new QueuePlace(0, -1);

    private final String tenant;
    private final Priority priority;
    private final long cost;
    private final Presence caller;
    private final CountDownLatch over = new CountDownLatch(1);
    private State state = State.WAITING;
    /// Read without the lock.
    private volatile QueuePlace place = NOT_YET;
    private @Nullable Turn turn;

    /// What became of it.
    enum State {
        WAITING, ITS_TURN, SHED, LEFT
    }

    /// @param cost how much it asks for, in tokens; fairness between tenants goes by it
    /// @param caller who is told where it stands
    Waiting(String tenant, Priority priority, long cost, Presence caller) {
        this.tenant = tenant;
        this.priority = priority;
        this.cost = cost;
        this.caller = caller;
    }

    String tenant() {
        return tenant;
    }

    Priority priority() {
        return priority;
    }

    long cost() {
        return cost;
    }

    /// Notes where it stands.
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

    State state() {
        return state;
    }

    @Nullable
    Turn turn() {
        return turn;
    }

    void itsTurn(Turn given) {
        turn = given;
        end(State.ITS_TURN);
    }

    /// @param how anything but its turn
    void end(State how) {
        state = how;
        over.countDown();
    }

    void await(long nanos) throws InterruptedException {
        var _ = over.await(nanos, TimeUnit.NANOSECONDS);
    }
}
