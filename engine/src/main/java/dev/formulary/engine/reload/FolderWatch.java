package dev.formulary.engine.reload;

import dev.formulary.engine.transport.Threads;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/// Sees to it that whoever owns a folder catches up with it soon after something in it changed. File events only wake it
/// up: they get lost, come twice, and come in the middle of a write, so what changed is for the owner to find out.
///
/// Each folder has a virtual thread of its own, so that a slow owner delays nobody else. Thread-safe.
public final class FolderWatch implements AutoCloseable {
    private static final long ANYWAY_MS = 2000;

    private final List<Watched> all = new CopyOnWriteArrayList<>();
    private final long anywayMs;

    public FolderWatch() {
        this(ANYWAY_MS);
    }

    /// @param anywayMs how long an owner is left alone at most, in milliseconds
    FolderWatch(long anywayMs) {
        this.anywayMs = anywayMs;
    }

    /// Watches one more folder with all that is below it. The owner is asked to catch up at once, after each change
    /// (when 30 ms have passed without another), every 2 s anyway, and 100 ms after each time it asked for that.
    ///
    /// The folder need not exist yet, and may vanish and come back.
    ///
    /// @param name for the log and the thread
    /// @param reconcile catches up; may block; true asks to be called again soon, for example because a file is still
    ///        being written. What it throws is logged and ends nothing. Called by one thread.
    public void watch(String name, Path folder, BooleanSupplier reconcile) {
        Watched watched = new Watched(name, folder, reconcile, anywayMs);
        all.add(watched);
        watched.start(Threads.virtual("watch-" + name));
    }

    /// Stops watching. Waits 5 s at most for each owner that is catching up.
    @Override
    public void close() {
        all.forEach(Watched::stop);
        all.forEach(Watched::join);
        all.clear();
    }
}
