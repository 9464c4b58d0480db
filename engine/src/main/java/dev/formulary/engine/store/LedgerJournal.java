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

/// What is to be booked, in files that outlive the process: `0000000001.journal` and so on. Many threads append; one reads,
/// makes the next file in time, and takes away those of which all is booked.
///
/// Where there is no room for a file, entries wait in memory, [#MOST_WAITING] at most.
final class LedgerJournal implements Closeable {
    static final int MOST_WAITING = 4_096;
    /// How many files there are at most.
    static final int MOST_FILES = 32;
    static final int USUAL_BYTES = 2 << 20;
    private static final Logger LOG = LoggerFactory.getLogger(LedgerJournal.class);
    private static final String SUFFIX = ".journal";
    /// So many ids may be given within a millisecond before the next one's are taken.
    private static final int ID_BITS = 20;

    private final Path folder;
    private final int bytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<JournalSegment> files = new ArrayDeque<>();
    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private final AtomicLong lastId = new AtomicLong();
    private @Nullable JournalSegment spare;
    private @Nullable JournalSegment current;
    private boolean closed;
    private long number;

    private LedgerJournal(Path folder, int bytes) {
        this.folder = folder;
        this.bytes = bytes;
    }

    /// Opens what there is, to be read first; what is appended goes into new files.
    ///
    /// @param bytes of a file
    static LedgerJournal open(Path folder, int bytes) throws IOException {
        Files.createDirectories(folder);
        var journal = new LedgerJournal(folder, bytes);
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> listed = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
            listed.forEach(found::add);
        }
        found.sort(null);
        for (Path file : found) {
            journal.take(file);
        }
        return journal;
    }

    private void take(Path file) {
        JournalSegment segment;
        try {
            number = Math.max(number, Long.parseLong(file.getFileName().toString().replace(SUFFIX, "")));
            segment = JournalSegment.open(file);
        } catch (IOException | NumberFormatException e) {
            LOG.error("a file is left out that is no journal of the ledger file={} reason={}", file, e.getMessage());
            return;
        }
        long last = segment.lastId();
        long at = JournalSegment.HEAD;
        for (byte[] entry = segment.read(at); entry != null; entry = segment.read(at)) {
            last = Math.max(last, LedgerBytes.idOf(entry));
            at = JournalSegment.after(at, entry);
        }
        if (segment.damagedAt(at)) {
            LOG.error("the end of a file was damaged and is left out file={} from={}", file, at);
        }
        lastId.accumulateAndGet(last, Math::max);
        files.add(segment);
    }

    /// The highest id that was given.
    long lastId() {
        return lastId.get();
    }

    /// A new id, higher than all before, that begins with the time.
    long nextId(long millis) {
        return lastId.updateAndGet(last -> Math.max(last + 1, millis << ID_BITS));
    }

    /// Keeps an entry.
    ///
    /// @return false when there is no room for it
    boolean append(byte[] entry) {
        int crc = JournalSegment.crc(entry);
        lock.lock();
        try {
            if (waiting.isEmpty() && write(entry, crc)) {
                return true;
            }
            return !closed && waiting.size() < MOST_WAITING && waiting.add(entry);
        } finally {
            lock.unlock();
        }
    }

    private boolean write(byte[] entry, int crc) {
        JournalSegment open = current;
        if (open != null && open.append(entry, crc)) {
            return true;
        }
        if (closed || !JournalSegment.fits(entry.length, bytes)) {
            return false;
        }
        try {
            JournalSegment next = spare == null && files.size() < MOST_FILES ? make() : spare;
            if (next == null) {
                return false;
            }
            spare = null;
            next.lastId(lastId.get());
            files.add(next);
            current = next;
            return next.append(entry, crc);
        } catch (IOException e) {
            LOG.debug("no file for the journal", e);
            return false;
        }
    }

    private JournalSegment make() throws IOException {
        return JournalSegment.make(file(++number), bytes);
    }

    /// Makes the file that comes after the present one, and writes what waits.
    ///
    /// @throws IOException when there is no room
    void prepare() throws IOException {
        long next = nextNumber();
        if (next > 0) {
            // outside of the lock: nobody waits for the disk
            JournalSegment made = JournalSegment.make(file(next), bytes);
            if (!isSpare(made, next)) {
                drop(made);
            }
        }
        writeWaiting();
    }

    /// @return 0 where no file is needed
    private long nextNumber() {
        lock.lock();
        try {
            return spare == null && !closed && files.size() < MOST_FILES ? ++number : 0;
        } finally {
            lock.unlock();
        }
    }

    /// Files are read in the order of their numbers, so one may not be used after another of a higher number.
    private boolean isSpare(JournalSegment made, long its) {
        lock.lock();
        try {
            boolean wanted = spare == null && number == its && !closed;
            spare = wanted ? made : spare;
            return wanted;
        } finally {
            lock.unlock();
        }
    }

    private Path file(long its) {
        return folder.resolve("%010d%s".formatted(its, SUFFIX));
    }

    private void writeWaiting() throws IOException {
        lock.lock();
        try {
            for (byte[] entry = waiting.peek(); entry != null; entry = waiting.peek()) {
                if (!write(entry, JournalSegment.crc(entry))) {
                    throw new IOException("there is no room for what waits to be booked in " + folder);
                }
                waiting.remove();
            }
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
        drop(file);
    }

    private static void drop(JournalSegment file) throws IOException {
        file.close();
        Files.deleteIfExists(file.file());
    }

    /// How many files there are, but for the spare one.
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
            try (JournalSegment last = JournalSegment.make(file(++number), JournalSegment.HEAD)) {
                last.lastId(lastId.get());
            }
            for (JournalSegment file : files) {
                drop(file);
            }
            files.clear();
        } finally {
            lock.unlock();
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
            if (spare != null) {
                drop(spare);
                spare = null;
            }
        } finally {
            lock.unlock();
        }
    }
}
