package dev.formulary.local;

import dev.formulary.spi.Attempt;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Lets callers in one at a time, in the order in which they came. Thread-safe.
final class Turns {
    private static final int MOST_WAITING = 256;

    private final Queue<Waiting> waiting = new ArrayDeque<>();
    private boolean taken;

    private static final class Waiting {
        private final CountDownLatch called = new CountDownLatch(1);
        private boolean granted;
    }

    /// A caller's turn. Given back once, by whoever is last to need it.
    final class Turn {
        private final AtomicBoolean given = new AtomicBoolean();
        private boolean passed;

        /// Leaves the turn to a call: it is given back by what then runs.
        ///
        /// @param then runs once the process has done with the call
        void passTo(Exchange exchange, Runnable then) {
            passed = true;
            exchange.whenOver(then);
        }

        /// Whether the turn is no longer for the caller to give back. For the caller's thread only.
        boolean passed() {
            return passed;
        }

        /// Lets the next caller in. Idempotent.
        void give() {
            if (given.compareAndSet(false, true)) {
                callNext();
            }
        }
    }

    /// Waits for a turn.
    ///
    /// @throws ProviderException when too many wait already, the time is up or the caller has gone
    Turn take(Attempt attempt) throws ProviderException, InterruptedException {
        Waiting place = new Waiting();
        if (!enter(place)) {
            attempt.onCancel(place.called::countDown);
            boolean granted = false;
            boolean interrupted = true;
            try {
                place.called.await(Math.min(attempt.firstByte().toNanos(), attempt.remaining().toNanos()),
                        TimeUnit.NANOSECONDS);
                interrupted = false;
            } finally {
                granted = leave(place, interrupted || attempt.cancelled());
            }
            if (!granted) {
                throw attempt.cancelled()
                        ? new ProviderException(FailureCategory.CANCELLED, "the caller has gone")
                        : new ProviderException(FailureCategory.TIMEOUT,
                                "the model was busy with other calls for too long");
            }
        }
        return new Turn();
    }

    /// A turn if nobody has it or waits for it, otherwise null.
    synchronized @Nullable Turn tryTake() {
        if (taken || !waiting.isEmpty()) {
            return null;
        }
        taken = true;
        return new Turn();
    }

    private synchronized boolean enter(Waiting place) throws ProviderException {
        if (!taken && waiting.isEmpty()) {
            taken = true;
            return true;
        }
        if (waiting.size() >= MOST_WAITING) {
            throw new ProviderException(FailureCategory.THROTTLED, MOST_WAITING + " calls wait for this model already");
        }
        waiting.add(place);
        return false;
    }

    /// @param gone whether the turn is not wanted any more, even if it has just come
    private synchronized boolean leave(Waiting place, boolean gone) {
        waiting.remove(place);
        if (place.granted && gone) {
            callNext();
            return false;
        }
        return place.granted;
    }

    private synchronized void callNext() {
        Waiting next = waiting.poll();
        taken = next != null;
        if (next != null) {
            next.granted = true;
            next.called.countDown();
        }
    }
}
