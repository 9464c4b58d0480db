package dev.formulary.engine.store;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads a journal from its beginning, while others append. Not thread-safe.
final class JournalReader {
    private final LedgerJournal journal;
    private final List<JournalSegment> read = new ArrayList<>();
    private @Nullable JournalSegment file;
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
            JournalSegment open = file == null ? journal.firstNotIn(read) : file;
            file = open;
            byte[] entry = open == null ? null : open.read(place);
            if (open == null || (entry == null && !journal.isComplete(open))) {
                return null;
            }
            // it may have come before the file was complete
            entry = entry == null ? open.read(place) : entry;
            if (entry != null) {
                place = JournalSegment.after(place, entry);
                return new Entry(open, entry);
            }
            read.add(open);
            file = null;
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
