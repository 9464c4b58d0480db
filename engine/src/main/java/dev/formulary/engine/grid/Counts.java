package dev.formulary.engine.grid;

import dev.formulary.engine.admission.Window.Size;
import dev.formulary.engine.admission.Window.Slot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What all nodes have taken of one limit. Immutable.
///
/// Each node has a row that nobody else changes, so that two parts of a cluster that were apart put their counts together
/// again without losing or doubling any: of each row, the one that its node changed last.
///
/// @param life which life of the cluster it is of
/// @param millis the latest time that any node has told, since the epoch
/// @param debt what came at once and is not refilled yet, times the period in milliseconds
/// @param rows one for each process that has taken something, by its number
record Counts(long life, long millis, long debt, List<Row> rows) {
    /// The row of what was taken before the life began.
    static final long BEFORE = 0;

    Counts {
        rows = List.copyOf(rows);
    }

    /// What one process has taken.
    ///
    /// @param process a number that no other process has
    /// @param step its last step; a step that comes again does nothing
    /// @param granted which of the wants of that step were granted, by bits
    /// @param slot when that step was
    /// @param taken what it has taken in each slot, the oldest first
    /// @param held how much of that was not settled when it said so
    record Row(long process, long step, long granted, long slot, List<Slot> taken, long held) {
        Row {
            taken = List.copyOf(taken);
        }

        private Row since(long oldest) {
            return taken.isEmpty() || taken.getFirst().number() >= oldest
                    ? this
                    : new Row(process, step, granted, slot,
                            taken.stream().filter(each -> each.number() >= oldest).toList(), held);
        }

        long sum() {
            long sum = 0;
            for (Slot each : taken) {
                sum += each.count();
            }
            return sum;
        }
    }

    /// How many slots something stays counted: those of a period and the one that has begun, and as many as make up for what a
    /// message takes and clocks differ.
    static int kept(Size size) {
        return Size.SLOTS + 1 + 2 * slack(size);
    }

    /// By how many slots a message may be late, and by how many the clocks of two nodes may differ: a tenth of a second, or a
    /// slot where that is longer.
    static int slack(Size size) {
        return (int) Math.max(1, Math.ceilDiv(SLACK_MS, size.slotMillis()));
    }

    private static final long SLACK_MS = 100;

    static Counts begun(long life, long millis) {
        return new Counts(life, millis, 0, List.of());
    }

    /// The same at a later moment; time does not go back.
    ///
    /// @param refilled how much of the debt is worked off in a period
    Counts at(long now, Size size, long refilled) {
        if (now <= millis) {
            return this;
        }
        long oldest = now / size.slotMillis() - kept(size) + 1;
        List<Row> left = rows.stream().map(row -> row.since(oldest))
                .filter(row -> !row.taken().isEmpty() || row.slot() >= oldest).toList();
        long elapsed = Math.min(now - millis, size.periodMillis());
        return new Counts(life, now, Math.max(0, debt - elapsed * refilled), left);
    }

    long used() {
        long used = 0;
        for (Row row : rows) {
            used += row.sum();
        }
        return used;
    }

    /// The row of a process; an empty one when it has none.
    Row row(long process) {
        for (Row row : rows) {
            if (row.process() == process) {
                return row;
            }
        }
        return new Row(process, 0, 0, 0, List.of(), 0);
    }

    /// Whether no later process of the same node has a row.
    boolean latest(Row row) {
        for (Row other : rows) {
            if (Processes.sameNode(other.process(), row.process()) && other.process() > row.process()) {
                return false;
            }
        }
        return true;
    }

    Counts with(Row changed, long newDebt) {
        var others = new ArrayList<Row>(rows.size() + 1);
        for (Row row : rows) {
            if (row.process() != changed.process()) {
                others.add(row);
            }
        }
        others.add(changed);
        return new Counts(life, millis, newDebt, others);
    }

    /// What was taken in each slot by all together, the oldest first.
    List<Slot> totals() {
        Map<Long, Long> sums = new TreeMap<>();
        rows.forEach(row -> row.taken().forEach(slot -> sums.merge(slot.number(), slot.count(), Long::sum)));
        return slots(sums);
    }

    static List<Slot> slots(Map<Long, Long> counts) {
        return counts.entrySet().stream().filter(each -> each.getValue() > 0)
                .map(each -> new Slot(each.getKey(), each.getValue())).sorted(Comparator.comparingLong(Slot::number))
                .toList();
    }

    static Map<Long, Long> bySlot(List<Slot> slots) {
        Map<Long, Long> counts = new TreeMap<>();
        slots.forEach(slot -> counts.merge(slot.number(), slot.count(), Long::sum));
        return counts;
    }

    /// Of what two parts of a cluster have counted while they were apart, all.
    static Counts merged(Counts one, Counts other) {
        Map<Long, Row> rows = new TreeMap<>();
        one.rows().forEach(row -> rows.put(row.process(), row));
        other.rows().forEach(row -> rows.merge(row.process(), row, Counts::merged));
        return new Counts(Math.min(one.life(), other.life()), Math.max(one.millis(), other.millis()),
                one.debt() + other.debt(), List.copyOf(rows.values()));
    }

    private static Row merged(Row one, Row other) {
        if (one.process() == BEFORE) {
            Map<Long, Long> most = bySlot(one.taken());
            other.taken().forEach(slot -> most.merge(slot.number(), slot.count(), Math::max));
            return new Row(BEFORE, 0, 0, Math.max(one.slot(), other.slot()), slots(most), 0);
        }
        return one.step() >= other.step() ? one : other;
    }
}
