package dev.formulary.engine.dispatch;

import dev.formulary.engine.facts.BreakerState;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// The latest changes of all breakers. Thread-safe.
public final class BreakerHistory {
    /// How many are kept.
    static final int MOST = 200;

    private final Deque<Change> changes = new ArrayDeque<>();

    /// A breaker changed.
    ///
    /// @param model `provider/model`
    /// @param forced whether an operator said so
    public record Change(Instant at, String model, BreakerState from, BreakerState to, boolean forced) {}

    synchronized void add(Change change) {
        changes.addFirst(change);
        if (changes.size() > MOST) {
            changes.removeLast();
        }
    }

    /// The newest first.
    synchronized List<Change> latest() {
        return List.copyOf(changes);
    }
}
