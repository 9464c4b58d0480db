package dev.formulary.engine.transport;

import dev.formulary.spi.Attempt;
import java.time.Duration;

/// How long one request of the gateway itself may take, its whole answer with it. Immutable.
///
/// @param callId what it is for
/// @param endNanos when it is over, by [System#nanoTime]
public record Patience(String callId, long endNanos) implements Attempt {

    /// @param time from now on
    public static Patience of(String id, Duration time) {
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
