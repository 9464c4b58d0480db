package dev.formulary.engine.grid;

import dev.formulary.engine.admission.Window.Size;
import dev.formulary.engine.admission.Window.Slot;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What one process has to say of one limit, at once. Made of the same counts, it makes the same counts on every node, however
/// often it comes.
///
/// @param process who says it
/// @param number which step it is of that process, from 1
/// @param millis when, since the epoch
/// @param share which part of the limit may be used
/// @param before what was taken before the process began, or null after its first step
/// @param own what the process knows that it has taken, where a part of the cluster may have lost it; empty otherwise
/// @param back what was not needed after all, by slots
/// @param added what was used without being asked for
/// @param held how much of what the process has taken is not settled yet
/// @param wants what is to be taken, each if it fits; [#MOST] at most
record CountStep(long process, long number, long millis, Size size, Share share, @Nullable Before before,
        List<Slot> own, List<Slot> back, long added, long held, List<Long> wants) {
    /// So many wants are in a step at most.
    static final int MOST = Long.SIZE;

    CountStep {
        own = List.copyOf(own);
        back = List.copyOf(back);
        wants = List.copyOf(wants);
    }

    /// A part of a limit.
    ///
    /// @param part 0 lets nothing through
    /// @param of how many parts there are
    record Share(int part, int of) {
        /// So much of a number, rounded down.
        long of(long whole) {
            return Math.multiplyExact(whole, part) / of;
        }
    }

    /// What was kept from before the process began.
    ///
    /// @param life of which life of the cluster that is
    /// @param newLife the number of the life, if it begins with this step
    record Before(long life, long newLife, List<Slot> slots) {
        Before {
            slots = List.copyOf(slots);
        }
    }

    /// @param counts null when nobody has taken anything
    Counts on(@Nullable Counts counts) {
        Counts begun = counts == null ? Counts.begun(before == null ? process : before.newLife(), millis) : counts;
        Counts now = restored(begun.at(millis, size, share.of(size.limit())), counts == null);
        Counts.Row row = now.row(process);
        return number <= row.step() ? now : counted(now, row);
    }

    /// What a node kept of a life that is over is nowhere else, unless another node kept it, too. What it kept of this life is
    /// known.
    private Counts restored(Counts now, boolean begins) {
        if (before == null || before.slots().isEmpty() || (!begins && before.life() == now.life())) {
            return now;
        }
        long newest = now.millis() / size.slotMillis();
        Map<Long, Long> most = Counts.bySlot(now.row(Counts.BEFORE).taken());
        for (Slot slot : before.slots()) {
            // what seems to come from the future, since a clock was set back, counts as taken now
            if (slot.number() > newest - Counts.kept(size)) {
                most.merge(Math.min(slot.number(), newest), slot.count(), Math::max);
            }
        }
        return now.with(new Counts.Row(Counts.BEFORE, 0, 0, newest, Counts.slots(most), 0), now.debt());
    }

    private Counts counted(Counts now, Counts.Row row) {
        long newest = now.millis() / size.slotMillis();
        Map<Long, Long> taken = Counts.bySlot(row.taken());
        own.stream().filter(slot -> slot.number() > newest - Counts.kept(size))
                .forEach(slot -> taken.merge(slot.number(), slot.count(), Math::max));
        long debt = now.debt();
        for (Slot slot : back) {
            long less = Math.min(slot.count(), taken.getOrDefault(slot.number(), 0L));
            taken.merge(slot.number(), -less, Long::sum);
            debt = Math.max(0, debt - weight(less));
        }
        if (added > 0) {
            taken.merge(newest, added, Long::sum);
            debt += weight(added);
        }
        long used = now.used() - row.sum() + sum(taken);
        long granted = 0;
        long open = held;
        for (int i = 0; i < wants.size(); i++) {
            long want = wants.get(i);
            if (want <= share.of(size.limit()) - used && fits(debt, want)) {
                taken.merge(newest, want, Long::sum);
                used += want;
                debt += weight(want);
                open += want;
                granted |= 1L << i;
            }
        }
        return now.with(new Counts.Row(process, number, granted, newest, Counts.slots(taken), open), debt);
    }

    private boolean fits(long debt, long want) {
        return size.burst() == 0 || debt + weight(want) <= share.of(size.burst()) * size.periodMillis();
    }

    private long weight(long count) {
        return size.burst() == 0 ? 0 : count * size.periodMillis();
    }

    private static long sum(Map<Long, Long> taken) {
        long sum = 0;
        for (long count : taken.values()) {
            sum += count;
        }
        return sum;
    }
}
