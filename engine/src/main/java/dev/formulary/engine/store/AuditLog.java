package dev.formulary.engine.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Who changed what, and when. Each entry is on the disk before the answer to what it tells of goes out, and chained to the one
/// before by its hash. A file that has grown large gets a name of its own; the oldest of these go, which is an entry itself. Only
/// the owner may read the files. Thread-safe.
public final class AuditLog {
    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);
    private static final int MINOR_A_MINUTE = 20;
    private static final long MINUTE = 60_000;
    /// When a file is large enough, in bytes.
    static final long LARGE = 4L << 20;
    /// How many files there are, with the one that is written.
    static final int FILES = 8;

    private final AuditFiles files;
    private final InstantSource clock;
    private final long large;
    private final ReentrantLock writing = new ReentrantLock();
    private final Chain chain = new Chain();
    private AuditLine.Head head;
    private long minute;
    private int minors;

    /// What happened.
    ///
    /// @param who the name of the admin key, or of the user at the command line
    /// @param from the network address; empty when there is none
    /// @param what as the management API calls it, for example `keys/revoke`
    /// @param outcome `done`, `refused`, `failed` or `forbidden`
    /// @param about more, by name; no secrets
    public record Entry(String who, String from, String what, String outcome, Map<String, String> about) {}

    /// Opens the log in a folder, or begins one. A line that was not written to its end is cut off; a file that is damaged is put
    /// aside, and the chain begins anew with an entry that says so.
    ///
    /// @throws IOException when it can't be read or written
    public AuditLog(Path folder, InstantSource clock) throws IOException {
        this(folder, clock, LARGE);
    }

    AuditLog(Path folder, InstantSource clock, long large) throws IOException {
        this.files = new AuditFiles(folder);
        this.clock = clock;
        this.large = large;
        AuditLine.Head found = files.head();
        head = found == null ? AuditLine.Head.NONE : found;
        if (found == null) {
            Path aside = files.putAside(clock.millis());
            LOG.error("the audit log is damaged and begins anew aside={}", aside);
            add(new Entry("formulary", "", "audit/damaged", "done", Map.of("aside", aside.getFileName().toString())));
        }
    }

    /// Writes something down. What can't be written is logged, and changes nothing of what was done.
    public void add(Entry entry) {
        writing.lock();
        try {
            if (files.size() >= large) {
                rotate();
            }
            append(entry);
        } catch (IOException e) {
            LOG.error("not written to the audit log who={} what={} outcome={}", entry.who(), entry.what(),
                    entry.outcome(), e);
        } finally {
            writing.unlock();
        }
    }

    /// The same for what strangers cause: only so much of it a minute, lest it drive out the rest.
    public void addMinor(Entry entry) {
        writing.lock();
        try {
            long now = clock.millis() / MINUTE;
            minors = now == minute ? minors + 1 : 1;
            minute = now;
            if (minors <= MINOR_A_MINUTE) {
                add(entry);
            }
        } finally {
            writing.unlock();
        }
    }

    private void append(Entry entry) throws IOException {
        AuditLine line = AuditLine.after(head, entry, clock.instant(), chain);
        files.append((line.text() + "\n").getBytes(StandardCharsets.UTF_8));
        head = line.head();
    }

    /// The entry is written first: were the process killed between, the chain would tell of files that are still there, which is
    /// no gap.
    private void rotate() throws IOException {
        files.rotate();
        List<Path> old = files.oldest(FILES);
        if (!old.isEmpty()) {
            AuditLine.Head last = AuditFiles.lastOf(old.getLast());
            append(new Entry("formulary", "", AuditCheck.PRUNED, "done", last == null
                    ? Map.of()
                    : Map.of("through", Long.toString(last.seq()), "hash", HexFormat.of().formatHex(last.hash()))));
            files.delete(old);
        }
    }

    /// The latest entries, the newest first.
    public List<Map<String, Object>> latest(int most) {
        return files.latest(most);
    }

    /// The entries of a folder, without writing to it.
    public static List<Map<String, Object>> latest(Path folder, int most) {
        return new AuditFiles(folder).latest(most);
    }

    /// Computes every hash again.
    ///
    /// @param head a hash that was noted elsewhere and must be in there; empty for none
    public static ChainReport verify(Path folder, String head) throws IOException {
        return new AuditCheck(new AuditFiles(folder), head).run();
    }

}
