package dev.formulary.engine.reload;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One folder, its owner, and the thread that brings both together.
final class Watched implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Watched.class);
    private static final long AGAIN_MS = 100;

    private final String name;
    private final FolderEvents events;
    private final BooleanSupplier reconcile;
    private final long anywayMs;
    private volatile @Nullable Thread thread;
    private @Nullable String lastProblem;

    Watched(String name, Path folder, BooleanSupplier reconcile, long anywayMs) {
        this.name = name;
        this.reconcile = reconcile;
        this.anywayMs = anywayMs;
        events = FolderEvents.of(name, folder);
    }

    void start(ThreadFactory threads) {
        Thread started = threads.newThread(this);
        thread = started;
        started.start();
    }

    void stop() {
        events.close();
    }

    void join() {
        Thread started = thread;
        try {
            if (started != null && !started.join(Duration.ofSeconds(5))) {
                LOG.warn("watch does not stop name={}", name);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void run() {
        try {
            // Registered before the owner looks, so that no change falls between both.
            do {
                events.register();
            } while (events.await(caughtUp() ? anywayMs : AGAIN_MS));
        } catch (InterruptedException e) {
            LOG.debug("watch interrupted name={}", name);
        }
    }

    /// An owner may run anything, compilers of rules included, and the watch must outlive its errors too.
    private boolean caughtUp() {
        try {
            boolean again = reconcile.getAsBoolean();
            lastProblem = null;
            return !again;
        } catch (RuntimeException | Error e) {
            String problem = e.toString();
            if (!Objects.equals(problem, lastProblem)) {
                LOG.error("could not catch up with a folder name={}", name, e);
            }
            lastProblem = problem;
            return true;
        }
    }
}
