package dev.formulary.engine.route;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Counts the calls inside one version of a route, and lets nobody in once it is closed. Thread-safe.
final class Gate {
    private static final int CLOSED = Integer.MIN_VALUE;

    private final AtomicInteger state = new AtomicInteger();

    /// Whether the caller is in; then it must [#leave].
    boolean enter() {
        int before = state.get();
        while (before >= 0) {
            if (state.compareAndSet(before, before + 1)) {
                return true;
            }
            before = state.get();
        }
        return false;
    }

    void leave() {
        state.decrementAndGet();
    }

    int inside() {
        return state.get() & ~CLOSED;
    }

    /// Closes and waits until all have left, or that time has passed.
    void close(Duration atMost) {
        state.updateAndGet(now -> now | CLOSED);
        long end = System.nanoTime() + atMost.toNanos();
        while (inside() > 0 && System.nanoTime() - end < 0) {
            try {
                TimeUnit.MILLISECONDS.sleep(5);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
