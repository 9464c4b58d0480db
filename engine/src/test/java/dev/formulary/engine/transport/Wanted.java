package dev.formulary.engine.transport;

import dev.formulary.spi.Attempt;
import dev.formulary.spi.HttpTransport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// An attempt that a test can cancel.
final class Wanted implements Attempt, HeadListener {
    final List<Integer> heads = new CopyOnWriteArrayList<>();
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
    public void head(HttpTransport.Response response) {
        heads.add(response.status());
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
