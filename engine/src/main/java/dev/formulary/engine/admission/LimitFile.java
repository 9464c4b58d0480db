package dev.formulary.engine.admission;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/// Keeps what was taken of limits, so that a process that is killed loses nothing; [#force] hands it to the disk, for a machine
/// that loses power. Thread-safe.
///
/// Each limit has a number for each slot: which slot in the upper 33 bits, what was taken in the lower 31, so that both are
/// always of the same moment.
final class LimitFile {
    private static final int COUNT_BITS = 31;
    private static final long MOST = (1L << COUNT_BITS) - 1;

    private final LiveNumbers numbers;
    private final LiveNumbers lives;

    /// Makes the file anew for these limits, with what the old one says of them.
    ///
    /// @param shared whether other nodes take of them, too; which life of the cluster it is of is kept in a file beside it then
    /// @throws IOException when it can't be written
    /// @throws IllegalStateException when there is one that is none of this kind
    LimitFile(Path file, List<String> names, boolean shared) throws IOException {
        var all = new LinkedHashSet<>(names);
        numbers = LiveNumbers.open(file, all, SlidingWindow.KEPT);
        lives = shared
                ? LiveNumbers.open(file.resolveSibling(file.getFileName() + ".cluster"), all, 1)
                : LiveNumbers.volatileOnly(all, 1);
    }

    /// What was taken of a limit before.
    List<Window.Slot> slots(String name) {
        LiveNumbers.Row row = numbers.row(name);
        var slots = new ArrayList<Window.Slot>();
        for (int i = 0; i < SlidingWindow.KEPT; i++) {
            long word = row.get(i);
            if ((word & MOST) > 0) {
                slots.add(new Window.Slot(word >>> COUNT_BITS, word & MOST));
            }
        }
        return slots;
    }

    /// Where a limit keeps its slots.
    SlidingWindow.Memory memory(String name) {
        LiveNumbers.Row row = numbers.row(name);
        return (index, slot, count) -> row.set(index, slot << COUNT_BITS | Math.clamp(count, 0, MOST));
    }

    /// Where a node keeps what all nodes take of a limit.
    Window.Kept shared(String name) {
        LiveNumbers.Row life = lives.row(name);
        SlidingWindow.Memory memory = memory(name);
        return new Window.Kept() {
            @Override
            public long life() {
                return life.get(0);
            }

            @Override
            public List<Window.Slot> slots() {
                return LimitFile.this.slots(name);
            }

            @Override
            public void keep(long now, List<Window.Slot> slots) {
                slots.forEach(slot -> memory.keep((int) (slot.number() % SlidingWindow.KEPT), slot.number(),
                        slot.count()));
                life.set(0, now);
            }
        };
    }

    /// Hands what has changed to the disk.
    void force() {
        numbers.force();
        lives.force();
    }
}
