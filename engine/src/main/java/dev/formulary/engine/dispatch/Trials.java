package dev.formulary.engine.dispatch;

import dev.formulary.engine.facts.Candidate;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Places for calls that ask a model although its breaker keeps calls away, because no other is left to be asked. A few at once
/// for each model, one more with every answer that begins, and after a failure none for a moment: so whoever is back gets all
/// calls within a few answers, and who is not is left in peace. Thread-safe.
final class Trials {
    /// Nobody who is down gets more calls than a few in that time.
    private static final Duration REST = Duration.ofMillis(200);
    private static final int MOST = 1_000;

    private final int first;
    private final ReentrantLock lock = new ReentrantLock(true);
    private final Condition changed = lock.newCondition();
    private final Map<String, Room> rooms = new HashMap<>();

    /// @param first how many calls at once find out whether a model is back
    Trials(int first) {
        this.first = first;
    }

    private final class Room {
        private int places = first;
        private int taken;
        private long failures;
        private long restsUntil = System.nanoTime();

        /// How long until somebody may enter; [Long#MAX_VALUE] when nobody knows.
        long closedFor(long now) {
            return taken < places ? Math.max(0, restsUntil - now) : Long.MAX_VALUE;
        }
    }

    /// A place. Held until something of an answer has come, the attempt has failed, or it is over for another reason.
    final class Trial {
        private final Candidate model;
        private final Room room;
        private boolean held = true;

        private Trial(Candidate model, Room room) {
            this.model = model;
            this.room = room;
        }

        Candidate model() {
            return model;
        }

        /// Something of an answer has come.
        void began() {
            change(() -> room.places = Math.min(MOST, room.places + 1));
        }

        /// The model is still not well.
        void failed() {
            change(() -> {
                room.places = first;
                room.failures++;
                room.restsUntil = System.nanoTime() + REST.toNanos();
            });
        }

        /// Nothing was found out, or it was told already. Idempotent.
        void over() {
            change(() -> {});
        }

        private void change(Runnable what) {
            lock.lock();
            try {
                room.taken -= held ? 1 : 0;
                held = false;
                what.run();
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /// Waits for a place at any of the models. Whoever hears meanwhile that each of them failed another call waits no longer.
    ///
    /// @param models the one to be asked first at the beginning
    /// @param patience nanoseconds
    /// @return null when there was none
    @Nullable
    Trial enter(List<Candidate> models, long patience) throws InterruptedException {
        long due = System.nanoTime() + patience;
        lock.lockInterruptibly();
        try {
            long[] known = models.stream().mapToLong(each -> room(each).failures).toArray();
            while (true) {
                long now = System.nanoTime();
                long wait = due - now;
                boolean hope = false;
                for (int i = 0; i < known.length; i++) {
                    Room room = room(models.get(i));
                    long closed = room.closedFor(now);
                    if (closed == 0) {
                        room.taken++;
                        return new Trial(models.get(i), room);
                    }
                    wait = Math.min(wait, closed);
                    hope |= room.failures == known[i];
                }
                if (!hope || wait <= 0) {
                    return null;
                }
                long _ = changed.awaitNanos(wait);
            }
        } finally {
            lock.unlock();
        }
    }

    private Room room(Candidate model) {
        return rooms.computeIfAbsent(model.id(), _ -> new Room());
    }

    /// Forgets models that are gone.
    void keep(Set<String> models) {
        lock.lock();
        try {
            rooms.entrySet().removeIf(each -> each.getValue().taken == 0 && !models.contains(each.getKey()));
        } finally {
            lock.unlock();
        }
    }
}
