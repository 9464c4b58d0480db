package dev.formulary.engine.provider;

import dev.formulary.engine.transport.Threads;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends generations that no longer serve, each on a thread of its own. Thread-safe.
final class Retirement {
    private static final Logger LOG = LoggerFactory.getLogger(Retirement.class);
    private static final ThreadFactory THREADS = Threads.virtual("plugin-drain");

    private final LoaderWatch watch;
    private final Timing timing;
    private final Reports reports;
    private final Map<Generation, Thread> draining = new ConcurrentHashMap<>();

    Retirement(LoaderWatch watch, Timing timing, Reports reports) {
        this.watch = watch;
        this.timing = timing;
        this.reports = reports;
    }

    /// @param drain how long calls under way may go on
    void begin(Generation generation, Duration drain) {
        Thread thread = THREADS.newThread(() -> {
            end(generation, drain);
            reports.unloaded(generation);
            draining.remove(generation);
        });
        draining.put(generation, thread);
        thread.start();
    }

    /// Ends a generation that never served.
    void discard(Generation generation) {
        THREADS.newThread(() -> end(generation, Duration.ZERO)).start();
    }

    private void end(Generation generation, Duration drain) {
        ClassLoader loader = generation.opened().jar().classLoader();
        try {
            generation.end(drain, timing.close());
        } catch (InterruptedException e) {
            LOG.warn("interrupted while unloading file={}", generation.file());
            Thread.currentThread().interrupt();
        } finally {
            watch.retired(loader);
        }
    }

    List<Generation> draining() {
        return List.copyOf(draining.keySet());
    }

    /// Waits until all have ended. Each ends by itself.
    void awaitAll() throws InterruptedException {
        for (Thread thread : List.copyOf(draining.values())) {
            thread.join();
        }
    }
}
