package dev.formulary.engine.store;

import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Severity;
import dev.formulary.engine.transport.Threads;
import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes a file behind the calls: a thread of its own writes at once what waits, and whoever uses the file writes it first.
/// One at a time uses the file. What fails is told to operators, once in the log until it works again, and fails no call.
/// Thread-safe.
final class WriteBehind {
    private static final Logger LOG = LoggerFactory.getLogger(WriteBehind.class);
    private static final long CLOSE_SECONDS = 5;

    private final String what;
    private final Runnable write;
    private final Consumer<Notice> alarm;
    private final ScheduledExecutorService thread;
    /// Held while the file is used.
    private final ReentrantLock using = new ReentrantLock();
    private boolean failing;

    /// @param what is kept, one word for the log
    /// @param write writes all that waits, and leaves what can't be written; called by whoever uses the file
    /// @param alarm must not block
    WriteBehind(String what, Runnable write, Consumer<Notice> alarm) {
        this.what = what;
        this.write = write;
        this.alarm = alarm;
        thread = Threads.timer(what);
    }

    /// Something done with the file.
    ///
    /// @param <T> what comes of it
    interface Use<T extends @Nullable Object> {
        T now() throws IOException;
    }

    /// Does something again and again.
    ///
    /// @param seconds between two times; 0 for never
    void every(long seconds, Runnable task) {
        if (seconds > 0) {
            var _ = thread.scheduleWithFixedDelay(task, 1, seconds, TimeUnit.SECONDS);
        }
    }

    /// Has what waits written. Does not block.
    void soon() {
        later(this::writeNow);
    }

    /// Has something done on the thread that writes. Does not block.
    void later(Runnable task) {
        try {
            thread.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("{}: closing, it is written there", what, e);
        }
    }

    private void writeNow() {
        using.lock();
        try {
            write.run();
        } finally {
            using.unlock();
        }
    }

    /// Writes what waits, and uses the file then. Waits for the disk.
    <T extends @Nullable Object> T used(Use<T> use) throws IOException {
        using.lock();
        try {
            write.run();
            return use.now();
        } finally {
            using.unlock();
        }
    }

    /// The same, where a failure is told and the call goes on.
    ///
    /// @param code of the notice
    /// @param consequence what operators are told, before the reason
    /// @param otherwise what comes of it when it fails
    <T extends @Nullable Object> T used(Use<T> use, String code, String consequence, T otherwise) {
        using.lock();
        try {
            write.run();
            return use.now();
        } catch (IOException | RuntimeException e) {
            failed(code, consequence, e);
            return otherwise;
        } finally {
            using.unlock();
        }
    }

    /// Something was written. Call it where the file is used.
    void recovered() {
        if (failing) {
            LOG.info("keeping {} works again", what);
        }
        failing = false;
    }

    /// Something can't be done. Call it where the file is used.
    ///
    /// @param consequence what operators are told, before the reason
    void failed(String code, String consequence, Exception e) {
        if (!failing) {
            LOG.error("keeping {} fails, calls go on code={} reason={}", what, code, e.getMessage(),
                    e instanceof RuntimeException ? e : null);
        }
        failing = true;
        tell(code, consequence + e.getMessage());
    }

    /// Warns operators.
    void tell(String code, String message) {
        alarm.accept(new Notice("engine", Severity.WARNING, code, message));
    }

    /// Writes what waits, stops, and closes the file.
    void close(Closeable file) throws IOException {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("{}: still being written", what);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        using.lock();
        try {
            write.run();
            file.close();
        } finally {
            using.unlock();
        }
    }
}
