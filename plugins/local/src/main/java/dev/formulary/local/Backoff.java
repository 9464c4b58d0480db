package dev.formulary.local;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import java.time.Duration;

/// When a process that failed may be started again: at once after the first time, then after 1, 2, 4 seconds, and so on up to a
/// minute. Thread-safe.
final class Backoff {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private int failures;
    private long notBefore;
    private String reason = "";

    /// @param now on the clock of [System#nanoTime]
    synchronized void failed(String why, long now) {
        failures++;
        reason = why;
        notBefore = now + pause().toNanos();
    }

    synchronized void worked() {
        failures = 0;
    }

    private Duration pause() {
        if (failures < 2) {
            return Duration.ZERO;
        }
        Duration pause = FIRST.multipliedBy(1L << Math.min(10, failures - 2));
        return pause.compareTo(LONGEST) < 0 ? pause : LONGEST;
    }

    /// @throws ProviderException when it is too early; it says when it is not
    synchronized void check(long now) throws ProviderException {
        if (failures > 0 && notBefore - now > 0) {
            var wait = Duration.ofNanos(notBefore - now);
            throw new ProviderException(FailureCategory.SERVER, "the model failed " + failures
                    + " times in a row, and is tried again in " + (wait.toMillis() + 999) / 1000 + " s: " + reason, 0,
                    wait, null);
        }
    }
}
