package dev.formulary.engine.transport;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;

/// Creates every thread of the gateway but the event loops. Work that blocks runs on virtual threads.
public final class Threads {
    private Threads() {}

    /// One new virtual thread for each task.
    ///
    /// @param name first part of the threads' names
    public static ExecutorService perTask(String name) {
        return Executors.newThreadPerTaskExecutor(virtual(name));
    }

    /// Names virtual threads `name-0`, `name-1` and so on.
    public static ThreadFactory virtual(String name) {
        return Thread.ofVirtual().name(name + "-", 0).factory();
    }

    /// A thread not yet started, for the JVM to run when it ends.
    public static Thread atExit(String name, Runnable task) {
        return Thread.ofPlatform().name(name).unstarted(task);
    }

    /// A daemon thread, not yet started, for one task that computes for long and may not end: it does not keep virtual threads
    /// from running, and not the process from ending.
    ///
    /// @param stackBytes how deep it may go
    public static Thread computing(String name, long stackBytes, Runnable task) {
        return Thread.ofPlatform().daemon().name(name).stackSize(stackBytes).unstarted(task);
    }

    /// One daemon thread for work at intervals that does not block.
    public static ScheduledExecutorService timer(String name) {
        return Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name(name).factory());
    }
}
