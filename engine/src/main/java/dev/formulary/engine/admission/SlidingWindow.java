package dev.formulary.engine.admission;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;

/// How much was taken in the last period. Not more than a limit is in any period, wherever it is laid; all of it may come at
/// once. Thread-safe; each step holds the monitor for a few additions.
///
/// Time is counted in slots of a hundredth of the period. What was taken in a slot is free again when the whole slot is older
/// than a period, so never too early, and a hundredth of a period too late at most.
final class SlidingWindow {
    /// Slots of a period.
    static final int SLOTS = Window.Size.SLOTS;
    /// Slots that are remembered: those of a period, and the one that has begun.
    static final int KEPT = SLOTS + 1;

    private final long limit;
    private final long slotMillis;
    private final LongSupplier millis;
    private final Memory memory;
    private final long[] taken = new long[KEPT];
    private long newest;
    private long used;

    /// Where the slots are kept over a restart.
    interface Memory {
        /// Forgets.
        Memory NONE = (index, slot, count) -> {};

        /// @param index where, 0 to [#KEPT] - 1
        /// @param slot which slot, counted from the epoch
        void keep(int index, long slot, long count);
    }

    /// @param limit how much there may be in a period
    /// @param periodMillis a multiple of [#SLOTS]
    /// @param millis since the epoch; never goes back
    SlidingWindow(long limit, long periodMillis, LongSupplier millis, Memory memory) {
        this.limit = limit;
        this.slotMillis = periodMillis / SLOTS;
        this.millis = millis;
        this.memory = memory;
        newest = millis.getAsLong() / slotMillis;
    }

    /// Puts back what was taken before a restart. What seems to come from the future, since a clock was set back, counts as
    /// taken now.
    synchronized void restore(long slot, long count) {
        advance();
        if (slot > newest) {
            memory.keep(index(slot), slot, 0);
        }
        if (slot >= newest - SLOTS) {
            put(Math.min(slot, newest), count);
        }
    }

    /// Takes so much if that does not pass the limit.
    ///
    /// @return the slot, for [#giveBack], or [Window#NOTHING]
    synchronized long take(long count) {
        advance();
        if (count > limit - used) {
            return Window.NOTHING;
        }
        put(newest, count);
        return newest;
    }

    /// Counts what was used without being asked for.
    synchronized void add(long count) {
        advance();
        put(newest, count);
    }

    /// What was taken in a slot was not needed after all.
    synchronized void giveBack(long slot, long count) {
        advance();
        if (slot >= newest - SLOTS) {
            put(slot, -Math.min(count, taken[index(slot)]));
        }
    }

    /// How much may be taken now; less than 0 when more was added than allowed.
    synchronized long left() {
        advance();
        return limit - used;
    }

    /// How long until so much may be taken, when nobody takes anything meanwhile, in milliseconds. More than the limit is
    /// counted as all of it.
    synchronized long waitFor(long count) {
        advance();
        long over = used + Math.min(count, limit) - limit;
        for (long slot = newest - SLOTS; slot <= newest && over > 0; slot++) {
            over -= taken[index(slot)];
            if (over <= 0) {
                return (slot + KEPT) * slotMillis - millis.getAsLong();
            }
        }
        return 0;
    }

    /// What was taken in each slot, the oldest first.
    synchronized List<Window.Slot> slots() {
        advance();
        var slots = new ArrayList<Window.Slot>();
        for (long slot = Math.max(0, newest - SLOTS); slot <= newest; slot++) {
            if (taken[index(slot)] > 0) {
                slots.add(new Window.Slot(slot, taken[index(slot)]));
            }
        }
        return slots;
    }

    private void advance() {
        long now = millis.getAsLong() / slotMillis;
        if (now - newest >= KEPT) {
            Arrays.fill(taken, 0);
            used = 0;
            newest = now;
        }
        while (newest < now) {
            newest++;
            used -= taken[index(newest)];
            taken[index(newest)] = 0;
        }
    }

    private void put(long slot, long count) {
        taken[index(slot)] += count;
        used += count;
        memory.keep(index(slot), slot, taken[index(slot)]);
    }

    private static int index(long slot) {
        return (int) (slot % KEPT);
    }
}
