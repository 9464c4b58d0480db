package dev.formulary.engine.store;

import dev.formulary.engine.facts.SessionName;
import dev.formulary.engine.facts.Turn;
import java.util.ArrayDeque;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What is still to be written, in order and bounded. Thread-safe: many add, one at a time takes.
final class UnwrittenTurns {
    static final int MOST = 1_024;

    private final ArrayDeque<Change> waiting = new ArrayDeque<>();

    /// @param turn null when the session is to be forgotten
    record Change(SessionName name, @Nullable Turn turn) {}

    /// @return false when the oldest had to make room
    synchronized boolean add(Change change) {
        boolean room = waiting.size() < MOST;
        if (!room) {
            waiting.removeFirst();
        }
        waiting.addLast(change);
        return room;
    }

    /// What waits of these sessions is not written any more.
    synchronized void drop(Predicate<SessionName> which) {
        waiting.removeIf(change -> which.test(change.name()));
    }

    /// What is to be written next; null when nothing is.
    synchronized @Nullable Change first() {
        return waiting.peekFirst();
    }

    /// It has been written.
    @SuppressWarnings("ReferenceEquality") // an equal one behind it is another turn
    synchronized void written(Change change) {
        // it may have made room meanwhile
        if (waiting.peekFirst() == change) {
            waiting.removeFirst();
        }
    }
}
