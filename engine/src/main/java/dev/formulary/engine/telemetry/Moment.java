package dev.formulary.engine.telemetry;

import java.time.Instant;
import java.util.concurrent.TimeUnit;

/// When something began, by two clocks: so that all times of a call are measured by the one that does not jump.
///
/// @param epoch nanoseconds since 1970
/// @param nanos the reading of [System#nanoTime] then
record Moment(long epoch, long nanos) {
    static Moment now() {
        Instant now = Instant.now();
        return new Moment(TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano(), System.nanoTime());
    }

    /// Nanoseconds since 1970 of a reading of [System#nanoTime].
    long at(long reading) {
        return epoch + (reading - nanos);
    }
}
