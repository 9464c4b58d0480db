package dev.formulary.engine.transport;

import dev.formulary.spi.Attempt;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// An attempt that a test can cancel.
final class Wanted implements Attempt {
    private final long end;
    private final Duration firstByte;
    private @Nullable Runnable release;
    private boolean cancelled;

    Wanted(Duration whole, Duration firstByte) {
        this.end = System.nanoTime() + whole.toNanos();
        this.firstByte = firstByte;
    }

    static Wanted patiently() {
        return new Wanted(Duration.ofSeconds(30), Duration.ofSeconds(30));
    }

    synchronized void cancel() {
        cancelled = true;
        if (release != null) {
            release.run();
        }
    }

    @Override
    public String callId() {
        return "call-1";
    }

    @Override
    public Duration remaining() {
        return Duration.ofNanos(end - System.nanoTime());
    }

    @Override
    public Duration firstByte() {
        return firstByte;
    }

    @Override
    public synchronized boolean cancelled() {
        return cancelled;
    }

    @Override
    public synchronized void onCancel(Runnable whatToRelease) {
        release = whatToRelease;
        if (cancelled) {
            whatToRelease.run();
        }
    }
}
