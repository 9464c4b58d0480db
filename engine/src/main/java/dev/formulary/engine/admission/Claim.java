package dev.formulary.engine.admission;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// What a call that waits in one line or in several can get once: a turn. Whoever takes the claim decides what becomes of it;
/// all others come too late. Thread-safe.
final class Claim {
    private final AtomicReference<Taker> taker = new AtomicReference<>(Taker.NOBODY);
    private final AtomicInteger lines;
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile @Nullable Turn given;

    /// Who decides what becomes of it.
    enum Taker {
        NOBODY,
        /// A lane, which gives a turn.
        LANE,
        /// The call's own thread, which does not wait any longer.
        THREAD,
        /// The caller, who has left.
        CALLER
    }

    /// @param lines in how many lines the call waits
    Claim(int lines) {
        this.lines = new AtomicInteger(lines);
    }

    /// @return who has it: that one, unless another was first
    Taker take(Taker one) {
        Taker first = taker.compareAndExchange(Taker.NOBODY, one);
        return first == Taker.NOBODY ? one : first;
    }

    /// Whether it was taken.
    boolean taken() {
        return taker.get() != Taker.NOBODY;
    }

    /// Takes it for a lane that can give a turn.
    ///
    /// @return false when it was taken before
    boolean takeForATurn() {
        return taker.compareAndSet(Taker.NOBODY, Taker.LANE);
    }

    /// Gives a turn, after [#takeForATurn].
    void give(Turn turn) {
        given = turn;
        over.countDown();
    }

    /// One of the lines has let go of the call; it waits on while another one has it.
    void dropped() {
        if (lines.decrementAndGet() <= 0) {
            over.countDown();
        }
    }

    /// Wakes up who waits, without a turn.
    void end() {
        over.countDown();
    }

    void await(long nanos) throws InterruptedException {
        var _ = over.await(nanos, TimeUnit.NANOSECONDS);
    }

    /// The turn, when a lane has taken the claim, which gives it within a few steps.
    Turn turn() {
        boolean interrupted = false;
        Turn there = given;
        while (there == null) {
            Thread.onSpinWait();
            interrupted |= Thread.interrupted();
            there = given;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return there;
    }
}
