package dev.formulary.spi;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A provider could not answer. The message is one lower-case sentence without a full stop, fit for an operator; it holds
/// no secret and no part of the prompt.
public final class ProviderException extends Exception {
    private final FailureCategory category;
    private final int status;
    private final @Nullable Duration retryAfter;

    /// @param category what the gateway decides by
    /// @param message what was wrong and, where known, what would be right
    public ProviderException(FailureCategory category, String message) {
        this(category, message, 0, null, null);
    }

    /// @param status the vendor's HTTP status, or 0
    /// @param retryAfter how long the vendor asks to wait, or null when it does not say
    /// @param cause what caused it, or null
    public ProviderException(FailureCategory category, String message, int status, @Nullable Duration retryAfter,
            @Nullable Throwable cause) {
        super(message, cause);
        this.category = category;
        this.status = status;
        this.retryAfter = retryAfter;
    }

    /// What the gateway decides by.
    public FailureCategory category() {
        return category;
    }

    /// The vendor's HTTP status, or 0 when there was none.
    public int status() {
        return status;
    }

    /// How long the vendor asks to wait.
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
