package dev.formulary.wire;

import dev.formulary.spi.Attempt;
import java.time.Duration;
import java.util.function.Supplier;

/// The attempt of a question that no caller waits for, such as that for a list of models. Nobody cancels it. Immutable.
///
/// @param left how long there is to go
public record Patience(Supplier<Duration> left) implements Attempt {

    /// Waits that long for each answer.
    public static Patience withEach(Duration time) {
        return new Patience(() -> time);
    }

    /// Waits that long, beginning now, for all answers together.
    public static Patience withAll(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        return new Patience(() -> Duration.ofNanos(end - System.nanoTime()));
    }

    @Override
    public String callId() {
        return "models";
    }

    @Override
    public Duration remaining() {
        return left.get();
    }

    @Override
    public Duration firstByte() {
        return left.get();
    }

    @Override
    public boolean cancelled() {
        return false;
    }

    @Override
    public void onCancel(Runnable release) {
        // nobody cancels it
    }
}
