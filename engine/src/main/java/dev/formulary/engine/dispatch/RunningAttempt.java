package dev.formulary.engine.dispatch;

import dev.formulary.spi.Attempt;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// An attempt while it runs. Its clock is [System#nanoTime].
final class RunningAttempt implements Attempt {
    private final String callId;
    private final long deadline;
    private final Duration firstByte;
    private boolean cancelled;
    private boolean over;
    private @Nullable Runnable release;
    private @Nullable Thread inside;

    /// @param deadline the reading of [System#nanoTime] at which nobody waits any more
    RunningAttempt(String callId, long deadline, Duration firstByte) {
        this.callId = callId;
        this.deadline = deadline;
        this.firstByte = firstByte;
    }

    @Override
    public String callId() {
        return callId;
    }

    @Override
    public Duration remaining() {
        return Duration.ofNanos(deadline - System.nanoTime());
    }

    @Override
    public Duration firstByte() {
        Duration left = remaining();
        return left.compareTo(firstByte) < 0 ? left : firstByte;
    }

    @Override
    public synchronized boolean cancelled() {
        return cancelled;
    }

    @Override
    public void onCancel(Runnable action) {
        synchronized (this) {
            if (!cancelled) {
                release = over ? null : action;
                return;
            }
        }
        action.run();
    }

    /// The current thread is about to wait inside the provider.
    synchronized void enter() throws InterruptedException {
        if (cancelled) {
            throw new InterruptedException("cancelled");
        }
        inside = Thread.currentThread();
    }

    /// It is back. An interrupt that was meant for the provider goes no further.
    synchronized void leave() {
        inside = null;
        if (cancelled) {
            Thread.interrupted();
        }
    }

    /// Nothing is under way any more. A caller that leaves later must not touch a connection that serves another by then.
    synchronized void end() {
        over = true;
        release = null;
    }

    /// Lets go of the vendor: by what the provider registered, or else by interrupting it. Idempotent.
    void cancel() {
        Runnable action;
        synchronized (this) {
            if (cancelled || over) {
                return;
            }
            cancelled = true;
            action = release;
            if (action == null && inside != null) {
                inside.interrupt();
            }
        }
        if (action != null) {
            action.run();
        }
    }
}
