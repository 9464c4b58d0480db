package dev.formulary.engine.admission;

import java.time.Duration;

/// A call does not get its turn at a provider.
public final class NoTurnException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Duration retryAfter;

    /// @param message why
    /// @param retryAfter when it may be worth another try; whole seconds, at least one
    NoTurnException(String message, Duration retryAfter) {
        super(message, null, false, false);
        this.retryAfter = retryAfter;
    }

    /// When it may be worth another try.
    public Duration retryAfter() {
        return retryAfter;
    }
}
