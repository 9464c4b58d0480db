package dev.formulary.engine.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is to be booked, in files that outlive the process. Many threads append; one reads, makes the next files in time, and
/// takes away those of which all is booked.
///
/// Where there is no room for a file, entries wait in memory, [#MOST_WAITING] at most.
final class LedgerJournal implements Closeable {
    static final int MOST_WAITING = 4_096;
    /// How many files there are at most, where nothing else is said.
    static final int MOST_FILES = 32;
    static final int USUAL_BYTES = 2 << 20;
    private static final int SPARES = 2;
    private static final Logger LOG = LoggerFactory.getLogger(LedgerJournal.class);
    /// So many ids may be given within a millisecond before the next one's are taken.
    private static final int ID_BITS = 20;

    private final Path folder;
    private final int bytes;
    private final int mostFiles;
    private final SpareFiles spares;
    /// Nobody waits for a disk under it.
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<JournalSegment> files = new ArrayDeque<>();
    private final Deque<JournalEntry> waiting = new ArrayDeque<>();
    private final AtomicLong lastId = new AtomicLong();
    private volatile Runnable listener = () -> {};
    private @Nullable JournalSegment current;
    private boolean closed;

    private LedgerJournal(Path folder, int bytes, int mostFiles) {
        this.folder = folder;
        this.bytes = bytes;
        this.mostFiles = mostFiles;
        spares = new SpareFiles(folder, bytes);
    }

    static LedgerJournal open(Path folder, int bytes) throws IOException {
        return open(folder, bytes, MOST_FILES);
    }

    /// Opens what there is, to be read first; what is appended goes into new files.
    ///
    /// @param bytes of a file
    /// @param mostFiles how many there may be
    static LedgerJournal open(Path folder, int bytes, int mostFiles) throws IOException {
        Files.createDirectories(folder);
        var journal = new LedgerJournal(folder, bytes, mostFiles);
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> listed = Files.newDirectoryStream(folder, "*" + SpareFiles.SUFFIX)) {
            listed.forEach(found::add);
        }
        found.sort(null);
        for (Path file : found) {
            journal.take(file);
        }
        return journal;
    }

    private void take(Path file) {
        try {
            spares.inUse(file);
            JournalSegment segment = JournalSegment.open(file);
            lastId.accumulateAndGet(segment.highestId(), Math::max);
            files.add(segment);
        } catch (IOException | NumberFormatException e) {
            LOG.error("a file is left out that is no journal of the ledger file={} reason={}", file, e.getMessage());
        }
    }

    /// Who is told when a file begins to be used, as then another is to be made. He may not wait.
    void whenUsed(Runnable told) {
        listener = told;
    }

    /// The highest id that was given.
    long lastId() {
        return lastId.get();
    }

    /// A new id, higher than all before, that begins with the time.
    long nextId(long millis) {
        return lastId.updateAndGet(last -> Math.max(last + 1, millis << ID_BITS));
    }

    private enum Fate {
        WRITTEN, WRITTEN_ELSEWHERE, WAITS, NO_ROOM, NO_FILE
    }

    /// Keeps an entry. Waits for a disk only where files are used up faster than they are made before.
    ///
    /// @return false when there is no room for it
    boolean append(JournalEntry entry) {
        int crc = JournalSegment.crc(entry);
        while (true) {
            Fate fate = put(entry, crc, true);
            if (fate == Fate.WRITTEN_ELSEWHERE) {
                listener.run();
            }
            if (fate != Fate.NO_FILE) {
                return fate != Fate.NO_ROOM;
            }
            if (!makesOne()) {
                return put(entry, crc, false) != Fate.NO_ROOM;
            }
        }
    }

    /// @param mayGrow whether a file may be made for it
    private Fate put(JournalEntry entry, int crc, boolean mayGrow) {
        lock.lock();
        try {
            if (closed || !JournalSegment.fits(entry, bytes)) {
                return Fate.NO_ROOM;
            }
            if (waiting.isEmpty()) {
                if (write(entry, crc)) {
                    return Fate.WRITTEN;
                }
                if (isRotated() && write(entry, crc)) {
                    return Fate.WRITTEN_ELSEWHERE;
                }
                if (mayGrow && files.size() < mostFiles) {
                    return Fate.NO_FILE;
                }
            }
            return waiting.size() < MOST_WAITING && waiting.add(entry) ? Fate.WAITS : Fate.NO_ROOM;
        } finally {
            lock.unlock();
        }
    }

    private boolean makesOne() {
        try {
            makeSpare(1);
            return true;
        } catch (IOException e) {
            LOG.debug("no file for the journal", e);
            return false;
        }
    }

    private boolean makeSpare(int wanted) throws IOException {
        return spares.make(() -> spares.count() < wanted && spares.count() + files() < mostFiles);
    }

    private boolean write(JournalEntry entry, int crc) {
        JournalSegment open = current;
        return open != null && open.append(entry, crc);
    }

    /// Whether there is another file from now on.
    private boolean isRotated() {
        JournalSegment next = spares.take();
        if (next == null) {
            return false;
        }
        next.lastId(lastId.get());
        files.add(next);
        current = next;
        return true;
    }

    /// Makes the files that come after the present one, and writes what waits.
    ///
    /// @throws IOException when there is no room
    void prepare() throws IOException {
        while (makeSpare(SPARES)) {
            LOG.debug("a file of the journal was made");
        }
        while (!writeWaiting()) {
            if (!makeSpare(1)) {
                throw new IOException("there is no room for what waits to be booked in " + folder);
            }
        }
    }

    /// @return whether nothing waits any more
    private boolean writeWaiting() {
        lock.lock();
        try {
            for (JournalEntry entry = waiting.peek(); entry != null; entry = waiting.peek()) {
                int crc = JournalSegment.crc(entry);
                if (!write(entry, crc) && !(isRotated() && write(entry, crc))) {
                    return false;
                }
                waiting.remove();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// How many entries wait in memory.
    int waiting() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /// The share of the room for files that is in use, 0 to 1.
    double usedRatio() {
        return Math.min(1, (double) files() / mostFiles);
    }

    /// The oldest file that is not among those; null when there is none.
    @Nullable
    JournalSegment firstNotIn(List<JournalSegment> read) {
        lock.lock();
        try {
            return files.stream().filter(each -> !read.contains(each)).findFirst().orElse(null);
        } finally {
            lock.unlock();
        }
    }

    /// Whether nothing is written into a file any more.
    boolean isComplete(JournalSegment file) {
        lock.lock();
        try {
            return !file.equals(current);
        } finally {
            lock.unlock();
        }
    }

    /// Deletes a file of which all is booked. The last id stays known by those after it.
    void release(JournalSegment file) throws IOException {
        lock.lock();
        try {
            files.remove(file);
        } finally {
            lock.unlock();
        }
        SpareFiles.drop(file);
    }

    /// How many files there are, but for the spare ones.
    int files() {
        lock.lock();
        try {
            return files.size();
        } finally {
            lock.unlock();
        }
    }

    /// All is booked: one small file stays that knows the last id. Nobody may append any more.
    void finish() throws IOException {
        lock.lock();
        try {
            closed = true;
            current = null;
        } finally {
            lock.unlock();
        }
        spares.finish(lastId.get());
        for (JournalSegment file = firstNotIn(List.of()); file != null; file = firstNotIn(List.of())) {
            release(file);
        }
    }

    /// Lets go of the files; what stands in them is read by the next that opens them.
    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            closed = true;
            current = null;
            files.forEach(JournalSegment::close);
            files.clear();
        } finally {
            lock.unlock();
        }
        spares.close();
    }
}
