package dev.formulary.engine.route;

import dev.formulary.engine.mqtt.MqttLink;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which questions were answered, over a restart: for each 16 bytes of a hash and the time, nothing of what was asked or
/// answered. The latest 4,096 count, of the last day; the file has twice that at most (192 KiB). It is not forced to the
/// disk: a killed process loses nothing, a machine without power perhaps the last seconds. Thread-safe.
final class AnsweredFile implements AutoCloseable {
    /// How many questions count.
    static final int MOST = 4_096;
    /// A broker keeps what was not acknowledged as long as the session.
    static final Duration LONGEST = Duration.ofSeconds(MqttLink.SESSION_SECONDS);
    private static final Logger LOG = LoggerFactory.getLogger(AnsweredFile.class);

    private final Path file;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Entry> latest = new ArrayDeque<>();
    private final Set<Id> before = new HashSet<>();
    private int written;
    private @Nullable DataOutputStream out;

    /// The beginning of a SHA-256 sum.
    private record Id(long high, long low) {
        static Id of(String key) {
            try {
                ByteBuffer sum = ByteBuffer
                        .wrap(MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
                return new Id(sum.getLong(), sum.getLong());
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has SHA-256", e);
            }
        }
    }

    /// @param at when it was answered, in seconds since 1970
    private record Entry(Id id, long at) {
        static final int BYTES = 3 * Long.BYTES;

        void write(DataOutputStream to) throws IOException {
            to.writeLong(id.high);
            to.writeLong(id.low);
            to.writeLong(at);
        }
    }

    /// Reads what was answered before. A file that can't be read or written is told to the log; then a restart forgets.
    AnsweredFile(Path file, Clock clock) {
        this.file = file;
        this.clock = clock;
        try {
            read();
            rewrite();
        } catch (IOException e) {
            giveUp(e);
        }
    }

    private void read() throws IOException {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return;
        }
        long oldest = clock.instant().minus(LONGEST).getEpochSecond();
        ByteBuffer all = ByteBuffer.wrap(bytes);
        // the last entry may be cut off
        while (all.remaining() >= Entry.BYTES) {
            var entry = new Entry(new Id(all.getLong(), all.getLong()), all.getLong());
            if (entry.at >= oldest) {
                remember(entry);
            }
        }
        latest.forEach(entry -> before.add(entry.id));
    }

    private void remember(Entry entry) {
        latest.add(entry);
        if (latest.size() > MOST) {
            latest.remove();
        }
    }

    private void rewrite() throws IOException {
        closeFile();
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try (var whole = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(next)))) {
            for (Entry entry : latest) {
                entry.write(whole);
            }
        }
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        written = latest.size();
        // not a channel: an interrupt would close that
        OutputStream appending = new FileOutputStream(file.toFile(), true);
        out = new DataOutputStream(new BufferedOutputStream(appending, Entry.BYTES));
    }

    /// Whether a question was answered before this process began. Says so once for each: a broker sends what was not
    /// acknowledged once more.
    boolean takeBefore(String key) {
        lock.lock();
        try {
            return !before.isEmpty() && before.remove(Id.of(key));
        } finally {
            lock.unlock();
        }
    }

    /// A question's answer is at the broker.
    void answered(String key) {
        var entry = new Entry(Id.of(key), clock.instant().getEpochSecond());
        lock.lock();
        try {
            remember(entry);
            if (out == null) {
                return;
            }
            if (++written > 2 * MOST) {
                rewrite();
            } else {
                entry.write(out);
                out.flush();
            }
        } catch (IOException e) {
            giveUp(e);
        } finally {
            lock.unlock();
        }
    }

    private void giveUp(IOException why) {
        LOG.warn("answered questions can't be kept; a restart forgets them file={} reason={}", file, why.getMessage());
        closeFile();
    }

    private void closeFile() {
        try {
            if (out != null) {
                out.close();
            }
        } catch (IOException e) {
            LOG.debug("file did not close cleanly file={}", file, e);
        } finally {
            out = null;
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closeFile();
        } finally {
            lock.unlock();
        }
    }
}
