package dev.formulary.engine.dispatch;

import dev.formulary.spi.ProviderException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What one attempt tells its model's breaker. It ends in exactly one of success, error or release.
final class Guard {
    private final CircuitBreaker breaker;
    private final boolean passed;
    private final Trials.@Nullable Trial trial;
    private boolean counts;

    private Guard(CircuitBreaker breaker, boolean passed, Trials.@Nullable Trial trial) {
        this.breaker = breaker;
        this.passed = passed;
        this.trial = trial;
        counts = passed;
    }

    /// @param trial a place for a call that the breaker would keep away, or null
    /// @return null when the breaker keeps the call away
    static @Nullable Guard enter(CircuitBreaker breaker, Trials.@Nullable Trial trial) {
        boolean passed = breaker.tryAcquirePermission();
        return passed || trial != null ? new Guard(breaker, passed, trial) : null;
    }

    /// Something of an answer has come: a model that nobody was to ask is back, as far as one can see.
    void began() {
        if (trial != null) {
            trial.began();
            counts = true;
            Breakers.tryAgain(breaker);
        }
    }

    void success(long nanos) {
        breaker.onSuccess(nanos, TimeUnit.NANOSECONDS);
        if (trial != null) {
            trial.over();
        }
    }

    /// What was known already, that the model is not well, is not counted once more.
    void error(long nanos, ProviderException why) {
        if (counts) {
            breaker.onError(nanos, TimeUnit.NANOSECONDS, why);
        }
        if (trial != null) {
            trial.failed();
        }
    }

    /// The attempt tells nothing of the model.
    void release() {
        if (passed) {
            breaker.releasePermission();
        }
        if (trial != null) {
            trial.over();
        }
    }
}
