package dev.formulary.engine.admission;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.function.LongSupplier;

/// Keeps what was taken of one budget, so that a process that is killed loses nothing. Thread-safe, when one thread at a time
/// opens.
///
/// The numbers: which span they are of; which life of the cluster; what is held for calls under way; and for each slot its number
/// and what was taken in it.
final class PurseFile {
    /// More slots than any window remembers.
    private static final int SLOTS = Window.Size.SLOTS + 8;
    private static final int BEGIN = 0;
    private static final int LIFE = 1;
    private static final int HELD = 2;
    private static final int FIRST = 3;
    /// How many numbers there are.
    static final int NUMBERS = FIRST + 2 * SLOTS;
    /// A span of which nothing was kept.
    private static final long NONE = Long.MIN_VALUE;

    private final LiveNumbers.Row row;
    private boolean fresh;

    private PurseFile(LiveNumbers numbers, String name) {
        row = numbers.row(name);
    }

    /// What calls held in that span when the process died before this one; it counts as spent, as their vendors may bill them.
    long heldAtDeath(long begin) {
        return of(begin) ? row.get(HELD) : 0;
    }

    /// From now on the numbers are of this span; those of another are forgotten.
    ///
    /// @return what was taken in it before
    List<Window.Slot> open(long begin) {
        List<Window.Slot> before = of(begin) ? slots() : List.of();
        fresh = before.isEmpty();
        if (!of(begin)) {
            // whoever dies in the midst of this leaves a span of which nothing is kept
            row.set(BEGIN, NONE);
            for (int i = 0; i < SLOTS; i++) {
                row.set(FIRST + 2 * i + 1, 0);
            }
            row.set(LIFE, 0);
            row.set(BEGIN, begin);
        }
        row.set(HELD, 0);
        return before;
    }

    /// Whether nothing was kept when it was opened.
    boolean fresh() {
        return fresh;
    }

    private boolean of(long begin) {
        return row.get(BEGIN) == begin;
    }

    private List<Window.Slot> slots() {
        var slots = new ArrayList<Window.Slot>();
        for (int i = 0; i < SLOTS; i++) {
            long count = row.get(FIRST + 2 * i + 1);
            if (count > 0) {
                slots.add(new Window.Slot(row.get(FIRST + 2 * i), count));
            }
        }
        return slots;
    }

    void held(long begin, long micros) {
        if (of(begin)) {
            row.set(HELD, micros);
        }
    }

    /// Where a window of this node keeps its slots.
    SlidingWindow.Memory memory(long begin) {
        return (_, slot, count) -> {
            if (of(begin)) {
                keep(slot, count);
            }
        };
    }

    private void keep(long slot, long count) {
        int at = FIRST + 2 * (int) (slot % SLOTS);
        if (row.get(at) != slot) {
            row.set(at + 1, 0);
            row.set(at, slot);
        }
        row.set(at + 1, count);
    }

    /// Where a node keeps what all nodes have taken.
    Window.Kept shared(long begin, List<Window.Slot> before, LongSupplier holding) {
        long life = row.get(LIFE);
        return new Window.Kept() {
            @Override
            public long life() {
                return life;
            }

            @Override
            public List<Window.Slot> slots() {
                return before;
            }

            @Override
            public long held() {
                return holding.getAsLong();
            }

            @Override
            public void keep(long now, List<Window.Slot> slots) {
                if (of(begin)) {
                    keepAll(slots);
                    row.set(LIFE, now);
                }
            }
        };
    }

    /// Those that are not there any more were given back.
    private synchronized void keepAll(List<Window.Slot> slots) {
        var there = new boolean[SLOTS];
        for (Window.Slot slot : slots) {
            keep(slot.number(), slot.count());
            there[(int) (slot.number() % SLOTS)] = true;
        }
        for (int i = 0; i < SLOTS; i++) {
            if (!there[i]) {
                row.set(FIRST + 2 * i + 1, 0);
            }
        }
    }

    /// Numbers of one name in a file of its own.
    static PurseFile open(Path file, String name) throws IOException {
        return new PurseFile(LiveNumbers.open(file, names(name), NUMBERS), name);
    }

    /// Numbers that nothing keeps.
    static PurseFile volatileOnly(String name) {
        return new PurseFile(LiveNumbers.volatileOnly(names(name), NUMBERS), name);
    }

    private static SequencedSet<String> names(String name) {
        return new LinkedHashSet<>(List.of(name));
    }
}
