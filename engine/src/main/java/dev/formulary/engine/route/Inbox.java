package dev.formulary.engine.route;

import com.fasterxml.jackson.core.JsonParseException;
import dev.formulary.engine.facts.Entrance;
import dev.formulary.engine.transport.Threads;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Answers files: one question in a `.json`, many in a `.jsonl`. The answers appear in the folder `outbox` beside the
/// folder of the file. Thread-safe.
final class Inbox implements AutoCloseable {
    private static final long TELL_MS = 1_000;

    private final Map<String, Entrance> entrances;
    private final int parallel;
    private final int longest;
    private final Semaphore calls;
    private final ExecutorService threads = Threads.perTask("inbox");
    private final ScheduledExecutorService timer = Threads.timer("inbox-progress");
    private final FileBoard board;
    private final long tellMillis;
    private volatile boolean paused;

    /// @param parallel calls under way at once, of all files together
    /// @param longest bytes of a line, and of a `.json`
    /// @param board where it shows what it does
    Inbox(Map<String, Entrance> entrances, int parallel, long longest, FileBoard board) {
        this(entrances, parallel, longest, board, TELL_MS);
    }

    /// @param tellMillis how often to tell how far a batch is
    Inbox(Map<String, Entrance> entrances, int parallel, long longest, FileBoard board, long tellMillis) {
        this.entrances = entrances;
        this.parallel = parallel;
        this.longest = (int) Math.min(longest, Integer.MAX_VALUE - 16);
        this.calls = new Semaphore(parallel);
        this.board = board;
        this.tellMillis = tellMillis;
    }

    /// What became of a file.
    enum Done {
        /// Its answers are in the outbox.
        ANSWERED,
        /// It stays where it is, and will be taken up again.
        LATER
    }

    /// Stops between two questions; answers that are there stay.
    void pause() {
        paused = true;
    }

    void resume() {
        paused = false;
    }

    /// Answers a file.
    ///
    /// @throws BadInput when nothing of it can be answered; what is wrong stands in `failed/NAME.error.json` then
    /// @throws IOException when files can't be read or written
    Done answer(Path input) throws BadInput, IOException, InterruptedException {
        Path outbox = folder(input, "outbox");
        FileProgress progress = paused
                ? null
                : board.begin(input, isBatch(input)
                        ? new ProgressFile(outbox, input.getFileName().toString())
                        : null);
        if (progress == null) {
            return Done.LATER;
        }
        var state = FileProgress.State.WAITING;
        String why = "";
        try {
            Files.createDirectories(outbox);
            Done done = answer(input, outbox, progress);
            state = done == Done.ANSWERED ? FileProgress.State.DONE : FileProgress.State.WAITING;
            return done;
        } catch (BadInput e) {
            report(input, e);
            state = FileProgress.State.REFUSED;
            why = String.valueOf(e.getMessage());
            throw e;
        } catch (IOException e) {
            why = e.toString();
            throw e;
        } finally {
            board.end(input, progress, state, why);
        }
    }

    private Done answer(Path input, Path outbox, FileProgress progress)
            throws BadInput, IOException, InterruptedException {
        if (BatchOutput.complete(input, outbox)) {
            long size = Files.size(input);
            progress.begin(BatchOutput.begun(input, outbox), size, BatchOutput.published(input, outbox), size);
            return Done.ANSWERED;
        }
        return isBatch(input) ? batch(input, outbox, progress) : single(input, outbox, progress);
    }

    private static boolean isBatch(Path input) {
        return input.toString().endsWith(".jsonl");
    }

    static Path folder(Path input, String name) {
        return input.toAbsolutePath().resolve("../..").normalize().resolve(name);
    }

    private Done single(Path input, Path outbox, FileProgress progress)
            throws BadInput, IOException, InterruptedException {
        if (Files.size(input) > longest) {
            throw new BadInput("the file has more than " + longest + " bytes", 0, 0);
        }
        if (Files.size(input) == 0) {
            throw new BadInput("the file is empty", 0, 0);
        }
        BatchItem item;
        try {
            item = BatchItem.single(Files.readAllBytes(input), input.getFileName().toString(), entrances).item();
        } catch (JsonParseException e) {
            boolean known = e.getLocation() != null;
            throw new BadInput(e.getOriginalMessage(), known ? e.getLocation().getLineNr() : 0,
                    known ? e.getLocation().getColumnNr() : 0);
        }
        try (BatchOutput output = BatchOutput.open(input, outbox)) {
            long size = Files.size(input);
            boolean kept = output.kept().lines() > 0;
            progress.begin(BatchOutput.begun(input, outbox), size, output.kept(), kept ? size : 0);
            progress.total(1);
            if (!kept) {
                append(output, call(item), progress, size);
            }
            output.publish();
        }
        return Done.ANSWERED;
    }

    private void append(BatchOutput output, byte[] line, FileProgress progress, long bytes) throws IOException {
        output.append(line);
        boolean success = BatchItem.tellsSuccess(line);
        progress.answered(success, bytes);
        board.answered(success);
    }

    private byte[] call(BatchItem item) throws InterruptedException {
        calls.acquire();
        try {
            return item.answer();
        } finally {
            calls.release();
        }
    }

    private Done batch(Path input, Path outbox, FileProgress progress)
            throws BadInput, IOException, InterruptedException {
        try (BatchOutput output = BatchOutput.open(input, outbox);
                LineReader lines = new LineReader(Files.newInputStream(input), longest)) {
            LineReader.Line line = null;
            for (long skip = output.kept().lines(); skip > 0; skip--) {
                line = lines.next();
            }
            progress.begin(BatchOutput.begun(input, outbox), Files.size(input), output.kept(),
                    line == null ? 0 : line.end());
            Future<?> telling = timer.scheduleWithFixedDelay(progress::tick, tellMillis, tellMillis,
                    TimeUnit.MILLISECONDS);
            try {
                return batch(lines, output, new Run(output, progress));
            } finally {
                telling.cancel(false);
            }
        }
    }

    private Done batch(LineReader lines, BatchOutput output, Run run)
            throws BadInput, IOException, InterruptedException {
        boolean stopped = paused;
        LineReader.Line line = stopped ? null : lines.next();
        while (line != null) {
            run.take(line);
            // asked once: what was paused may have been resumed by the time that its last answer is there
            stopped = paused;
            line = stopped ? null : lines.next();
        }
        if (!stopped) {
            run.read();
        }
        run.finish();
        if (stopped && lines.next() != null) {
            output.sync();
            return Done.LATER;
        }
        if (!run.readable) {
            output.discard();
            throw run.firstProblem == null ? new BadInput("the file is empty", 0, 0) : run.firstProblem;
        }
        output.publish();
        return Done.ANSWERED;
    }

    /// One way through a batch: several questions under way, answers in the order of the questions.
    private final class Run {
        private final BatchOutput output;
        private final FileProgress progress;
        private final Queue<Asked> underWay = new ArrayDeque<>();
        private long taken;
        private @org.jspecify.annotations.Nullable BadInput firstProblem;
        private boolean readable;

        Run(BatchOutput output, FileProgress progress) {
            this.output = output;
            this.progress = progress;
            this.taken = output.kept().lines();
            this.readable = output.keptReadable();
        }

        /// @param end of the question's line in the input
        private record Asked(Future<byte[]> answer, long end) {}

        void take(LineReader.Line line) throws IOException, InterruptedException {
            taken++;
            switch (BatchItem.read(line, longest, entrances)) {
                case BatchItem.Read.Question(BatchItem item) -> {
                    readable = true;
                    underWay.add(new Asked(threads.submit(() -> call(item)), line.end()));
                }
                case BatchItem.Read.Refused refused -> {
                    boolean unreadable = BatchItem.tellsUnreadable(refused.line());
                    readable |= !unreadable;
                    if (unreadable && firstProblem == null) {
                        firstProblem = new BadInput(refused.message(), line.number(), refused.column());
                    }
                    underWay.add(new Asked(CompletableFuture.completedFuture(refused.line()), line.end()));
                }
            }
            if (underWay.size() >= parallel) {
                writeOldest();
            }
        }

        /// The input has no more lines.
        void read() {
            progress.total(taken);
        }

        void finish() throws IOException, InterruptedException {
            while (!underWay.isEmpty()) {
                writeOldest();
            }
        }

        private void writeOldest() throws IOException, InterruptedException {
            try {
                Asked oldest = underWay.remove();
                append(output, oldest.answer().get(), progress, oldest.end());
            } catch (ExecutionException e) {
                if (e.getCause() instanceof InterruptedException) {
                    throw new InterruptedException("the inbox stops");
                }
                throw new IOException("a question could not be asked", e.getCause());
            }
        }
    }

    private static void report(Path input, BadInput problem) throws IOException {
        String name = input.getFileName().toString();
        Path failed = Files.createDirectories(folder(input, "failed"));
        String json = String.format(Locale.ROOT,
                "{\"error\":{\"message\":%s,\"file\":%s,\"line\":%d,\"column\":%d}}%n",
                BatchItem.quoted(problem.getMessage()), BatchItem.quoted(name), problem.line(), problem.column());
        Path draft = failed.resolve("." + name + ".error.json");
        Files.write(draft, json.getBytes(StandardCharsets.UTF_8));
        Files.move(draft, failed.resolve(name + ".error.json"), StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    /// Breaks off what is under way; it is taken up again at the next start.
    @Override
    public void close() {
        paused = true;
        timer.shutdown();
        board.leave();
        threads.shutdownNow();
    }
}
