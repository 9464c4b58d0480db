package dev.formulary.engine.admission;

import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// What this node takes of a limit that is its own.
final class LocalWindow implements Window {
    private final SlidingWindow window;
    private final @Nullable Pace pace;

    /// @param millis since the epoch; never goes back
    LocalWindow(Size size, LongSupplier millis, SlidingWindow.Memory memory) {
        window = new SlidingWindow(size.limit(), size.periodMillis(), millis, memory);
        pace = size.burst() > 0 && size.burst() < size.limit()
                ? new Pace(size.burst(), size.limit(), Duration.ofMillis(size.periodMillis()), millis)
                : null;
    }

    /// Puts back what was taken before a restart.
    void restore(Slot before) {
        window.restore(before.number(), before.count());
    }

    @Override
    public long take(long count) {
        long slot = window.take(count);
        if (slot != NOTHING && pace != null && !pace.take(count)) {
            window.giveBack(slot, count);
            return NOTHING;
        }
        return slot;
    }

    @Override
    public void giveBack(long slot, long count) {
        window.giveBack(slot, count);
        if (pace != null) {
            pace.giveBack(count);
        }
    }

    @Override
    public void add(long count) {
        window.add(count);
        if (pace != null) {
            pace.add(count);
        }
    }

    @Override
    public long left() {
        return pace == null ? window.left() : Math.min(window.left(), pace.left());
    }

    @Override
    public List<Slot> slots() {
        return window.slots();
    }

    @Override
    public long waitFor(long count) {
        long wait = window.waitFor(count);
        return pace == null ? wait : Math.max(wait, pace.waitFor(count));
    }
}
