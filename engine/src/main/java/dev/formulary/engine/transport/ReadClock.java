package dev.formulary.engine.transport;

import org.jspecify.annotations.Nullable;

/// Watches how long heads and bodies take to come, for one event loop: all have the same time, so they expire in the order
/// in which they came, and a list does without a timer for each. Confined to the loop's thread.
final class ReadClock {
    private final long allowedNanos;
    private @Nullable Waiting first;
    private @Nullable Waiting last;

    /// The connection whose bytes are being looked at just now, and how many heads were complete so far.
    @Nullable
    HeadWatch reading;
    long heads;

    ReadClock(long allowedNanos) {
        this.allowedNanos = allowedNanos;
    }

    void start(Waiting waiting) {
        waiting.deadline = System.nanoTime() + allowedNanos;
        waiting.linked = true;
        waiting.before = last;
        waiting.after = null;
        if (last == null) {
            first = waiting;
        } else {
            last.after = waiting;
        }
        last = waiting;
    }

    void stop(Waiting waiting) {
        if (!waiting.linked) {
            return;
        }
        Waiting before = waiting.before;
        Waiting after = waiting.after;
        if (before == null) {
            first = after;
        } else {
            before.after = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.before = before;
        }
        waiting.linked = false;
        waiting.before = null;
        waiting.after = null;
    }

    void expire() {
        long now = System.nanoTime();
        while (first != null && first.deadline - now <= 0) {
            Waiting late = first;
            stop(late);
            late.expired();
        }
    }

    /// Something that must come in time.
    abstract static class Waiting {
        private long deadline;
        private @Nullable Waiting before;
        private @Nullable Waiting after;
        private boolean linked;

        boolean waiting() {
            return linked;
        }

        abstract void expired();
    }
}
