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

    /// What was taken in a slot.
    record Slot(long number, long count) {}

    /// Makes the file anew for these limits, with what the old one says of them.
    ///
    /// @throws IOException when it can't be written
    /// @throws IllegalStateException when there is one that is none of this kind
    LimitFile(Path file, List<String> names) throws IOException {
        numbers = LiveNumbers.open(file, new LinkedHashSet<>(names), SlidingWindow.KEPT);
    }

    /// What was taken of a limit before.
    List<Slot> slots(String name) {
        LiveNumbers.Row row = numbers.row(name);
        var slots = new ArrayList<Slot>();
        for (int i = 0; i < SlidingWindow.KEPT; i++) {
            long word = row.get(i);
            if ((word & MOST) > 0) {
                slots.add(new Slot(word >>> COUNT_BITS, word & MOST));
            }
        }
        return slots;
    }

    /// Where a limit keeps its slots.
    SlidingWindow.Memory memory(String name) {
        LiveNumbers.Row row = numbers.row(name);
        return (index, slot, count) -> row.set(index, slot << COUNT_BITS | Math.clamp(count, 0, MOST));
    }

    /// Hands what has changed to the disk.
    void force() {
        numbers.force();
    }
}
