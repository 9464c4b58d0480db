package dev.formulary.engine.store;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Entries in files that only grow: `0000000001.log` and so on. A file that is full, or has been written to for long enough, is
/// followed by the next; the oldest go as a whole, when all take too much or their time is over. An entry that was cut off by a
/// crash is cut away. Not thread-safe.
final class AnswerLog implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(AnswerLog.class);
    /// Kind, id, time, length.
    private static final int HEAD = 1 + 2 * Long.BYTES + Long.BYTES + Integer.BYTES;
    /// How many files divide the retention.
    private static final int SHARES = 8;

    private final Path folder;
    private final Size size;
    private final Clock clock;
    private final Duration retention;
    private final Deque<Part> parts = new ArrayDeque<>();
    private final Consumer<Part> gone;

    private AnswerLog(Path folder, Size size, Clock clock, Duration retention, Consumer<Part> gone) {
        this.gone = gone;
        this.folder = folder;
        this.size = size;
        this.clock = clock;
        this.retention = retention;
    }

    /// What an entry says.
    enum Kind {
        /// A question is being answered.
        BEGUN(1),
        /// An answer.
        ANSWER(2),
        /// A question is not being answered any more.
        ENDED(3);

        private final byte code;

        Kind(int code) {
            this.code = (byte) code;
        }

        private static @Nullable Kind of(byte code) {
            return Arrays.stream(values()).filter(each -> each.code == code).findFirst().orElse(null);
        }
    }

    /// @param place of its content
    record Entry(Kind kind, KeptAnswers.Id id, KeptAnswers.Place place) {}

    /// @param bytes of all files, at most
    /// @param entries of all files, at most
    record Size(long bytes, int entries) {
        static final Size USUAL = new Size(64L << 20, 200_000);
    }

    /// Opens what there is.
    ///
    /// @param read told of each entry, the oldest first
    /// @param gone told of files that have been deleted
    static AnswerLog open(Path folder, Size size, Clock clock, Duration retention, Consumer<Entry> read,
            Consumer<Part> gone) throws IOException {
        Files.createDirectories(folder);
        var log = new AnswerLog(folder, size, clock, retention, gone);
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*.log")) {
            found.forEach(files::add);
        }
        files.sort(null);
        for (Path file : files) {
            log.parts.add(new Part(file, clock.millis()));
        }
        for (Part part : log.parts) {
            part.readAll(read);
        }
        log.prune();
        return log;
    }

    KeptAnswers.Place add(Kind kind, KeptAnswers.Id id, long at, byte[] content) throws IOException {
        Part last = parts.getLast();
        boolean full = last.size >= size.bytes / SHARES || last.entries >= size.entries / SHARES
                || last.begun < clock.millis() - retention.toMillis() / SHARES;
        if (full && last.entries > 0) {
            last = next();
            prune();
        }
        return last.add(kind, id, at, content);
    }

    private Part next() throws IOException {
        String name = parts.isEmpty() ? "0" : parts.getLast().file.getFileName().toString().replace(".log", "");
        Path file = folder.resolve("%010d.log".formatted(Long.parseLong(name) + 1));
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        var part = new Part(file, clock.millis());
        parts.add(part);
        return part;
    }

    /// Deletes what is too old or too much; the latest file stays while it holds anything younger.
    void prune() throws IOException {
        long oldest = clock.millis() - retention.toMillis();
        long bytes = parts.stream().mapToLong(part -> part.size).sum();
        while (!parts.isEmpty() && (parts.getFirst().latest < oldest
                || (bytes > size.bytes && parts.size() > 1) || parts.size() > SHARES + 1)) {
            Part first = parts.removeFirst();
            bytes -= first.size;
            first.delete();
            gone.accept(first);
        }
        if (parts.isEmpty()) {
            next();
        }
    }

    @Override
    public void close() throws IOException {
        for (Part part : parts) {
            part.close();
        }
    }

    /// One file.
    static final class Part implements Closeable {
        private final Path file;
        private final long begun;
        // not a channel: an interrupt would close that
        private final RandomAccessFile open;
        private long size;
        private int entries;
        private long latest;

        private Part(Path file, long now) throws IOException {
            this.file = file;
            begun = now;
            open = new RandomAccessFile(file.toFile(), "rw");
            size = open.length();
            latest = size == 0 ? now : 0;
        }

        private void readAll(Consumer<Entry> read) throws IOException {
            long at = 0;
            byte[] head = new byte[HEAD];
            while (at + HEAD <= size) {
                open.seek(at);
                open.readFully(head);
                ByteBuffer fields = ByteBuffer.wrap(head);
                Kind kind = Kind.of(fields.get());
                var id = new KeptAnswers.Id(fields.getLong(), fields.getLong());
                long time = fields.getLong();
                int length = fields.getInt();
                if (kind == null || length < 0 || at + HEAD + length > size) {
                    break;
                }
                entries++;
                latest = Math.max(latest, time);
                read.accept(new Entry(kind, id,
                        new KeptAnswers.Place(this, at + HEAD, length, time)));
                at += HEAD + length;
            }
            if (at < size) {
                LOG.warn("the end of a file was cut off by a crash and is left out file={} bytes={}", file, size - at);
                open.setLength(at);
                size = at;
            }
        }

        private KeptAnswers.Place add(Kind kind, KeptAnswers.Id id, long at, byte[] content) throws IOException {
            ByteBuffer entry = ByteBuffer.allocate(HEAD + content.length).put(kind.code).putLong(id.high())
                    .putLong(id.low()).putLong(at).putInt(content.length).put(content);
            long offset = size;
            open.seek(offset);
            open.write(entry.array());
            size += entry.capacity();
            entries++;
            latest = Math.max(latest, at);
            return new KeptAnswers.Place(this, offset + HEAD, content.length, at);
        }

        byte[] read(long offset, int length) throws IOException {
            byte[] content = new byte[length];
            open.seek(offset);
            try {
                open.readFully(content);
            } catch (EOFException e) {
                throw new IOException(file + " is shorter than it was", e);
            }
            return content;
        }

        private void delete() throws IOException {
            open.close();
            Files.deleteIfExists(file);
        }

        @Override
        public void close() throws IOException {
            open.close();
        }
    }
}
