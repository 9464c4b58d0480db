package dev.formulary.engine.route;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// How far one file of the inbox is. One thread answers the file and counts, any may look on. Whoever answers waits for
/// nobody: a line costs one small object.
///
/// What it says is never more than what is written: an answer counts when its line is in the file of answers.
final class FileProgress {
    private final Path input;
    private final @Nullable ProgressFile file;
    private final Clock clock;
    private final LongSupplier nanos;
    private final Pace pace = new Pace();
    private volatile Counts counts = new Counts(0, 0, 0, -1);
    private long size;
    private Instant started;
    private State state = State.WORKING;
    private String reason = "";

    /// @param input the file that is answered
    /// @param file where to tell it, or null
    /// @param nanos a clock that never goes back, in nanoseconds
    FileProgress(Path input, @Nullable ProgressFile file, Clock clock, LongSupplier nanos) {
        this.input = input;
        this.file = file;
        this.clock = clock;
        this.nanos = nanos;
        this.started = now();
    }

    /// What becomes of a file.
    enum State {
        /// Its questions are being asked.
        WORKING,
        /// Nobody works on it: it lies in the inbox, and is taken up again from where it was.
        WAITING,
        /// All answers are in the outbox.
        DONE,
        /// Nothing of it could be read.
        REFUSED
    }

    /// @param bytes of the input, up to the last line that was answered
    /// @param total lines of the input, or -1 while it was not read to its end
    private record Counts(long succeeded, long failed, long bytes, long total) {
        long done() {
            return succeeded + failed;
        }
    }

    /// What is there already.
    ///
    /// @param since when the file was begun
    /// @param size of the input, in bytes
    /// @param kept the answers that are there
    /// @param bytes of the input that they answer
    synchronized void begin(Instant since, long size, BatchOutput.Tally kept, long bytes) {
        this.size = size;
        started = since.truncatedTo(ChronoUnit.MILLIS);
        counts = new Counts(kept.succeeded(), kept.failed(), bytes, -1);
        tick();
    }

    /// One more line is in the file of answers. Does not block.
    ///
    /// @param bytes of the input, up to the end of that line
    void answered(boolean success, long bytes) {
        Counts now = counts;
        counts = new Counts(now.succeeded + (success ? 1 : 0), now.failed + (success ? 0 : 1), bytes, now.total);
    }

    /// The input has been read to its end.
    ///
    /// @param lines that it has
    void total(long lines) {
        Counts now = counts;
        counts = new Counts(now.succeeded, now.failed, now.bytes, lines);
    }

    /// Tells how far it is. Call it once a second.
    synchronized void tick() {
        if (state == State.WORKING) {
            Counts now = counts;
            pace.at(nanos.getAsLong(), now.done(), now.bytes);
            write(false);
        }
    }

    /// Nobody works on it any more.
    ///
    /// @param why it was refused or has to wait, or empty
    synchronized void end(State last, String why) {
        if (state == State.WORKING || (state == State.WAITING && last != State.WAITING)) {
            state = last;
            reason = why;
            write(true);
        }
    }

    private void write(boolean last) {
        if (file != null) {
            file.write(document(), last);
        }
    }

    /// How it stands, for people and programs.
    synchronized Map<String, Object> document() {
        Counts now = counts;
        boolean done = state == State.DONE;
        var document = new LinkedHashMap<String, Object>();
        document.put("file", String.valueOf(input.getFileName()));
        document.put("state", state.name().toLowerCase(Locale.ROOT));
        document.put("done", now.done());
        if (now.total >= 0 || done) {
            document.put("total", done ? now.done() : now.total);
        }
        document.put("succeeded", now.succeeded);
        document.put("failed", now.failed);
        document.put("bytes_done", done ? size : Math.min(now.bytes, size));
        document.put("bytes_total", size);
        document.put("started", started.toString());
        document.put("updated", now().toString());
        if (state == State.WORKING) {
            expectations(document, Math.max(0, size - now.bytes));
        }
        if (!reason.isEmpty()) {
            document.put("reason", reason);
        }
        return document;
    }

    private void expectations(Map<String, Object> document, long bytesLeft) {
        double perSecond = pace.linesPerSecond();
        if (!Double.isNaN(perSecond)) {
            document.put("per_second", Math.round(perSecond * 100) / 100.0);
        }
        Duration left = pace.timeFor(bytesLeft);
        if (left != null) {
            document.put("expected_end", now().plus(left).truncatedTo(ChronoUnit.SECONDS).toString());
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
