package dev.formulary.engine.transport;

import dev.formulary.spi.ProviderException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Pieces of a body on their way from an event loop to the one virtual thread that reads them. The event loop never
/// waits; it is told when enough has piled up.
final class Handoff {
    private final int highMark;
    private final Queue<byte[]> pieces = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile @Nullable Thread sleeper;
    private volatile long wakeBy;
    private volatile @Nullable ProviderException failure;
    private volatile boolean ended;
    private volatile boolean gathering = true;

    /// @param highMark bytes from which the sender is to pause
    Handoff(int highMark) {
        this.highMark = highMark;
    }

    /// Hands a piece over.
    ///
    /// @return false when the sender is to pause
    boolean offer(byte[] piece) {
        pieces.add(piece);
        boolean full = waiting.addAndGet(piece.length) >= highMark;
        if (!gathering || full) {
            wake();
        }
        return !full;
    }

    /// The next piece, or null when none waits.
    byte @Nullable [] poll() {
        byte[] piece = pieces.poll();
        if (piece != null) {
            waiting.addAndGet(-piece.length);
        }
        return piece;
    }

    /// Bytes that wait for the reader.
    int waiting() {
        return waiting.get();
    }

    /// Says that nothing more comes.
    void end() {
        ended = true;
        wake();
    }

    /// Says that nothing more comes, and why. The first reason stays.
    void fail(ProviderException reason) {
        if (failure == null && !ended) {
            failure = reason;
        }
        wake();
    }

    boolean over() {
        return ended || failure != null;
    }

    @Nullable
    ProviderException failure() {
        return failure;
    }

    /// Whether the reader is left asleep until the end, or until much has piled up, rather than woken for each piece. At
    /// first it is: it waits for the head then.
    void gather(boolean all) {
        if (gathering != all) {
            gathering = all;
        }
    }

    /// Whether it is worth waking the reader.
    boolean readable() {
        return over() || (gathering ? waiting.get() >= highMark : !pieces.isEmpty());
    }

    /// Parks the calling thread until the condition holds. The deadline is kept by [#tick]: parking with a time limit
    /// would cost as much as the rest of the hand-off.
    ///
    /// @param deadline in [System#nanoTime]
    /// @return false when the deadline has passed
    boolean await(BooleanSupplier condition, long deadline) throws InterruptedException {
        wakeBy = deadline;
        sleeper = Thread.currentThread();
        try {
            while (!condition.getAsBoolean()) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("interrupted while waiting for a vendor");
                }
                if (System.nanoTime() - deadline >= 0) {
                    return false;
                }
                LockSupport.park(this);
            }
            return true;
        } finally {
            sleeper = null;
        }
    }

    /// Wakes a reader that has waited long enough.
    ///
    /// @param now in [System#nanoTime]
    void tick(long now) {
        if (sleeper != null && now - wakeBy >= 0) {
            wake();
        }
    }

    void wake() {
        Thread thread = sleeper;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }
}
