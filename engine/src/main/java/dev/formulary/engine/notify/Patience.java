package dev.formulary.engine.notify;

import dev.formulary.spi.Attempt;
import java.time.Duration;

/// How long one request may take.
record Patience(String callId, long endNanos) implements Attempt {

    static Patience of(String id, Duration time) {
        return new Patience(id, System.nanoTime() + time.toNanos());
    }

    @Override
    public Duration remaining() {
        return Duration.ofNanos(endNanos - System.nanoTime());
    }

    @Override
    public Duration firstByte() {
        return remaining();
    }

    @Override
    public boolean cancelled() {
        return false;
    }

    @Override
    public void onCancel(Runnable release) {
        // nobody cancels it; it ends with its time
    }
}
