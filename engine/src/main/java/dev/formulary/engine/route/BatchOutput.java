package dev.formulary.engine.route;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;

/// The answers to one file: written line by line beside their final place, and put there in one move when complete. A small
/// file tells for which state of the input that holds, so that neither a crash in the middle nor one between the last line
/// and the moving of the input has anything answered twice.
final class BatchOutput implements AutoCloseable {
    private static final long SYNC_NANOS = 200_000_000;

    private final Path target;
    private final Path part;
    private final Path state;
    private final String stamp;
    private FileChannel lines;
    private Tally kept = Tally.NOTHING;
    private boolean readable;
    private long lastSync = System.nanoTime();

    private BatchOutput(Path input, Path outbox) throws IOException {
        String name = input.getFileName().toString();
        this.target = outbox.resolve(name);
        this.part = outbox.resolve("." + name + ".part");
        this.state = stateFile(input, outbox);
        this.stamp = Files.size(input) + " " + Files.getLastModifiedTime(input).toMillis();
        this.lines = FileChannel.open(outbox, StandardOpenOption.READ);
    }

    /// Lines of answers.
    ///
    /// @param succeeded that are answers
    /// @param failed that are errors
    record Tally(long succeeded, long failed) {
        static final Tally NOTHING = new Tally(0, 0);

        Tally plus(byte[] line) {
            return BatchItem.tellsSuccess(line)
                    ? new Tally(succeeded + 1, failed)
                    : new Tally(succeeded, failed + 1);
        }

        long lines() {
            return succeeded + failed;
        }
    }

    static Path stateFile(Path input, Path outbox) {
        return outbox.resolve("." + input.getFileName() + ".state");
    }

    /// Whether the input was answered before and only has to be moved.
    static boolean complete(Path input, Path outbox) throws IOException {
        try (var output = new BatchOutput(input, outbox)) {
            return output.sameInput() && !Files.exists(output.part) && Files.exists(output.target);
        }
    }

    /// What stands in the complete answers to an input.
    static Tally published(Path input, Path outbox) throws IOException {
        Tally tally = Tally.NOTHING;
        try (var reader = reader(outbox.resolve(input.getFileName()))) {
            for (LineReader.Line line = reader.next(); line != null; line = reader.next()) {
                tally = tally.plus(line.bytes());
            }
        }
        return tally;
    }

    private static LineReader reader(Path answers) throws IOException {
        return new LineReader(Files.newInputStream(answers), Integer.MAX_VALUE - 8);
    }

    /// When an input was begun.
    static Instant begun(Path input, Path outbox) throws IOException {
        return Files.getLastModifiedTime(stateFile(input, outbox)).toInstant();
    }

    /// Goes on where an earlier run was cut off, or begins.
    static BatchOutput open(Path input, Path outbox) throws IOException {
        var output = new BatchOutput(input, outbox);
        output.lines.close();
        if (output.sameInput() && Files.exists(output.part)) {
            output.keepWholeLines();
        } else {
            output.begin();
        }
        output.lines = FileChannel.open(output.part, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        return output;
    }

    private boolean sameInput() throws IOException {
        return Files.exists(state) && Files.readString(state).equals(stamp);
    }

    /// The empty part comes before the state: a state without a part would mean that all is done.
    private void begin() throws IOException {
        Files.write(part, new byte[0]);
        Path draft = state.resolveSibling(state.getFileName() + ".new");
        try (var channel = FileChannel.open(draft, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            channel.write(ByteBuffer.wrap(stamp.getBytes(StandardCharsets.UTF_8)));
            channel.force(true);
        }
        Files.move(draft, state, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void keepWholeLines() throws IOException {
        long end = 0;
        try (var file = new RandomAccessFile(part.toFile(), "rw")) {
            try (var reader = reader(part)) {
                for (LineReader.Line line = reader.next(); line != null; line = reader.next()) {
                    long after = end + line.bytes().length + 1;
                    if (after > file.length()) {
                        break;
                    }
                    end = after;
                    kept = kept.plus(line.bytes());
                    readable |= !BatchItem.tellsUnreadable(line.bytes());
                }
            }
            file.setLength(end);
        }
    }

    /// The answers that were there already.
    Tally kept() {
        return kept;
    }

    /// Whether one of those answers a line that could be read.
    boolean keptReadable() {
        return readable;
    }

    void append(byte[] line) throws IOException {
        var buffer = ByteBuffer.wrap(line);
        while (buffer.hasRemaining()) {
            lines.write(buffer);
        }
        if (System.nanoTime() - lastSync > SYNC_NANOS) {
            sync();
        }
    }

    void sync() throws IOException {
        lines.force(false);
        lastSync = System.nanoTime();
    }

    /// All answers are there: they appear under the input's name.
    void publish() throws IOException {
        lines.force(true);
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (var folder = FileChannel.open(target.resolve("..").normalize(), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    /// Nothing of it was of use.
    void discard() throws IOException {
        Files.deleteIfExists(part);
        Files.deleteIfExists(state);
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
