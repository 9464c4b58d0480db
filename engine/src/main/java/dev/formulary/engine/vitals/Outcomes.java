package dev.formulary.engine.vitals;

import java.util.concurrent.atomic.AtomicLong;

/// The last 50 outcomes of a model, packed into one number: 50 bits, 1 for a failure, the newest lowest, and above them how
/// many there are. Thread-safe, without a lock and without memory of its own.
final class Outcomes {
    static final int KEPT = 50;
    private static final long BITS = (1L << KEPT) - 1;

    private final AtomicLong packed = new AtomicLong();

    void add(boolean failed) {
        long before;
        long after;
        do {
            before = packed.get();
            long bits = (before << 1 | (failed ? 1 : 0)) & BITS;
            after = Math.min(KEPT, (before >>> KEPT) + 1) << KEPT | bits;
        } while (!packed.compareAndSet(before, after));
    }

    void forget() {
        packed.set(0);
    }

    /// All of it as one number.
    long packed() {
        return packed.get();
    }

    /// Takes what [#packed] gave.
    void restore(long before) {
        packed.set(before);
    }

    int count() {
        return (int) (packed.get() >>> KEPT);
    }

    /// Failures as a share of all, 0 to 1; -1 when there were none of either.
    double failedShare() {
        long now = packed.get();
        long count = now >>> KEPT;
        return count == 0 ? -1 : (double) Long.bitCount(now & BITS) / count;
    }
}
