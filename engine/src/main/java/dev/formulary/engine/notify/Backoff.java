package dev.formulary.engine.notify;

import dev.formulary.engine.config.AlertSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// When something is tried again: after waits that double up to a limit, each shortened by chance by up to a fifth, so that what
/// failed together is not tried together.
///
/// @param random for that chance
record Backoff(AlertSettings.Retry retry, RandomGenerator random) {
    private static final double SHORTENED = 0.2;

    /// @param attempts how often it was tried, 1 or more
    /// @param asked what the other side asked to wait, or null; held within the longest wait, and never shortened
    /// @return null when it is not tried any more
    @Nullable
    Instant next(int attempts, Instant now, @Nullable Duration asked) {
        if (attempts >= retry.attempts()) {
            return null;
        }
        Duration wait = shorter(doubled(attempts - 1), retry.most());
        wait = wait.minus(Duration.ofMillis((long) (random.nextDouble() * SHORTENED * wait.toMillis())));
        if (asked != null && asked.compareTo(wait) > 0) {
            wait = shorter(asked, retry.most());
        }
        return now.plus(wait);
    }

    private Duration doubled(int times) {
        Duration wait = retry.first();
        for (int i = 0; i < times && wait.compareTo(retry.most()) < 0; i++) {
            wait = wait.multipliedBy(2);
        }
        return wait;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
