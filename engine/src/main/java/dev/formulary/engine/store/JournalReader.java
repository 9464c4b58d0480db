package dev.formulary.engine.store;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads a journal from its beginning, while others append. Not thread-safe.
final class JournalReader {
    private final LedgerJournal journal;
    private final List<JournalSegment> read = new ArrayList<>();
    private long place = JournalSegment.HEAD;

    JournalReader(LedgerJournal journal) {
        this.journal = journal;
    }

    /// An entry and where it stands.
    record Entry(JournalSegment file, byte[] content) {}

    /// The next entry; null when there is none yet.
    @Nullable
    Entry next() {
        while (true) {
            JournalSegment file = journal.firstNotIn(read);
            // in this order: nothing comes after what is read of a file that was complete before
            boolean complete = file != null && journal.isComplete(file);
            byte[] entry = file == null ? null : file.read(place);
            if (file == null || (entry == null && !complete)) {
                return null;
            }
            if (entry != null) {
                place = JournalSegment.after(place, entry);
                return new Entry(file, entry);
            }
            read.add(file);
            place = JournalSegment.HEAD;
        }
    }

    /// Files that were read to their ends.
    List<JournalSegment> read() {
        return List.copyOf(read);
    }

    /// A file is gone.
    void forget(JournalSegment file) {
        read.remove(file);
    }
}
