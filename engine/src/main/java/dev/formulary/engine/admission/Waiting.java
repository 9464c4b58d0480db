package dev.formulary.engine.admission;

import dev.formulary.engine.facts.Priority;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A call in the line for a provider. All members but the latch are guarded by the lane's lock.
final class Waiting {
    private final String tenant;
    private final Priority priority;
    private final long cost;
    private final CountDownLatch over = new CountDownLatch(1);
    private State state = State.WAITING;
    private @Nullable Turn turn;

    /// What became of it.
    enum State {
        WAITING, ITS_TURN, SHED, LEFT
    }

    /// @param cost how much it asks for, in tokens; fairness between tenants goes by it
    Waiting(String tenant, Priority priority, long cost) {
        this.tenant = tenant;
        this.priority = priority;
        this.cost = cost;
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
