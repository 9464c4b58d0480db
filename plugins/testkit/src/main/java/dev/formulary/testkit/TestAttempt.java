package dev.formulary.testkit;

import dev.formulary.spi.Attempt;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A try at answering whose time and cancellation a test decides. Thread-safe.
public final class TestAttempt implements Attempt {
    private final long end;
    private final Duration firstByte;
    private boolean cancelled;
    private @Nullable Runnable release;

    private TestAttempt(Duration time, Duration firstByte) {
        this.end = System.nanoTime() + time.toNanos();
        this.firstByte = firstByte;
    }

    /// Thirty seconds, more than any test takes.
    public static TestAttempt patient() {
        return lasting(Duration.ofSeconds(30));
    }

    /// An attempt whose deadline passes after that time.
    public static TestAttempt lasting(Duration time) {
        return new TestAttempt(time, time);
    }

    /// An attempt that waits less for the first byte than for the whole.
    public static TestAttempt lasting(Duration time, Duration firstByte) {
        return new TestAttempt(time, firstByte);
    }

    /// Says that nobody wants the answer any more.
    public void cancel() {
        Runnable registered = takeRelease();
        if (registered != null) {
            registered.run();
        }
    }

    private synchronized @Nullable Runnable takeRelease() {
        Runnable registered = release;
        cancelled = true;
        release = null;
        return registered;
    }

    @Override
    public String callId() {
        return "test-call";
    }

    @Override
    public Duration remaining() {
        return Duration.ofNanos(end - System.nanoTime());
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
    public void onCancel(Runnable letGo) {
        if (!register(letGo)) {
            letGo.run();
        }
    }

    private synchronized boolean register(Runnable letGo) {
        release = cancelled ? null : letGo;
        return !cancelled;
    }
}
