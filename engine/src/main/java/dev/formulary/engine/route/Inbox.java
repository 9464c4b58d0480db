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
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/// Answers files: one question in a `.json`, many in a `.jsonl`. The answers appear in the folder `outbox` beside the
/// folder of the file. Thread-safe.
final class Inbox implements AutoCloseable {
    private final Map<String, Entrance> entrances;
    private final int parallel;
    private final int longest;
    private final Semaphore calls;
    private final ExecutorService threads = Threads.perTask("inbox");
    private final Set<Path> inWork = ConcurrentHashMap.newKeySet();
    private volatile boolean paused;

    /// @param parallel calls under way at once, of all files together
    /// @param longest bytes of a line, and of a `.json`
    Inbox(Map<String, Entrance> entrances, int parallel, long longest) {
        this.entrances = entrances;
        this.parallel = parallel;
        this.longest = (int) Math.min(longest, Integer.MAX_VALUE - 16);
        this.calls = new Semaphore(parallel);
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
        if (paused || !inWork.add(input)) {
            return Done.LATER;
        }
        try {
            Path outbox = Files.createDirectories(folder(input, "outbox"));
            if (BatchOutput.complete(input, outbox)) {
                return Done.ANSWERED;
            }
            return input.toString().endsWith(".jsonl") ? batch(input, outbox) : single(input, outbox);
        } catch (BadInput e) {
            report(input, e);
            throw e;
        } finally {
            inWork.remove(input);
        }
    }

    static Path folder(Path input, String name) {
        return input.toAbsolutePath().resolve("../..").normalize().resolve(name);
    }

    private Done single(Path input, Path outbox) throws BadInput, IOException, InterruptedException {
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
            if (output.kept() == 0) {
                output.append(call(item));
            }
            output.publish();
        }
        return Done.ANSWERED;
    }

    private byte[] call(BatchItem item) throws InterruptedException {
        calls.acquire();
        try {
            return item.answer();
        } finally {
            calls.release();
        }
    }

    private Done batch(Path input, Path outbox) throws BadInput, IOException, InterruptedException {
        try (BatchOutput output = BatchOutput.open(input, outbox);
                LineReader lines = new LineReader(Files.newInputStream(input), longest)) {
            var run = new Run(output);
            for (long skip = output.kept(); skip > 0; skip--) {
                lines.next();
            }
            LineReader.Line line = paused ? null : lines.next();
            while (line != null && !paused) {
                run.take(line);
                line = lines.next();
            }
            run.finish();
            if (paused && (line != null || lines.next() != null)) {
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
    }

    /// One way through a batch: several questions under way, answers in the order of the questions.
    private final class Run {
        private final BatchOutput output;
        private final Queue<Future<byte[]>> underWay = new ArrayDeque<>();
        private @org.jspecify.annotations.Nullable BadInput firstProblem;
        private boolean readable;

        Run(BatchOutput output) {
            this.output = output;
            this.readable = output.keptReadable();
        }

        void take(LineReader.Line line) throws IOException, InterruptedException {
            switch (BatchItem.read(line, longest, entrances)) {
                case BatchItem.Read.Question(BatchItem item) -> {
                    readable = true;
                    underWay.add(threads.submit(() -> call(item)));
                }
                case BatchItem.Read.Refused refused -> {
                    boolean unreadable = BatchItem.tellsUnreadable(refused.line());
                    readable |= !unreadable;
                    if (unreadable && firstProblem == null) {
                        firstProblem = new BadInput(refused.message(), line.number(), refused.column());
                    }
                    underWay.add(CompletableFuture.completedFuture(refused.line()));
                }
            }
            if (underWay.size() >= parallel) {
                writeOldest();
            }
        }

        void finish() throws IOException, InterruptedException {
            while (!underWay.isEmpty()) {
                writeOldest();
            }
        }

        private void writeOldest() throws IOException, InterruptedException {
            try {
                output.append(underWay.remove().get());
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
        threads.shutdownNow();
    }
}
