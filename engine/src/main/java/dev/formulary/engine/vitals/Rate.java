package dev.formulary.engine.vitals;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.LongAdder;

/// Counts something, and knows how much of it there was in a span of time. To count is thread-safe and takes no lock; one thread
/// at a time looks.
final class Rate {
    /// So many times within the span the count is noted.
    private static final int NOTES = 60;

    private final LongAdder total = new LongAdder();
    private final long span;
    private final Deque<Note> notes = new ArrayDeque<>();

    private record Note(long at, long total) {}

    /// @param spanMillis how far back it looks
    /// @param now milliseconds of a clock that does not go back
    Rate(long spanMillis, long now) {
        span = spanMillis;
        notes.add(new Note(now, 0));
    }

    void add(long amount) {
        total.add(amount);
    }

    /// How much there was in the span, or since it began to count where that is shorter. Look more often than that.
    ///
    /// @param now by the same clock
    Sum look(long now) {
        long sum = total.sum();
        if (now - notes.getLast().at >= span / NOTES) {
            notes.addLast(new Note(now, sum));
        }
        while (notes.size() > 1 && now - notes.getFirst().at > span) {
            notes.removeFirst();
        }
        Note first = notes.getFirst();
        return new Sum(sum - first.total, now - first.at);
    }

    /// @param amount how much
    /// @param millis in how much time
    record Sum(long amount, long millis) {
        private static final long MINUTE = 60_000;

        /// As much of it in another time; -1 where less than a minute is known.
        double per(long otherMillis) {
            return millis < MINUTE ? -1 : (double) amount * otherMillis / millis;
        }
    }
}
