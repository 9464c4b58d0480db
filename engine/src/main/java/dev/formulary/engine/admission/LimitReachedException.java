package dev.formulary.engine.admission;

import dev.formulary.engine.facts.RateLimit;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A call would pass a limit. Nothing was taken from any.
public final class LimitReachedException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient @Nullable RateLimit limit;
    private final transient @Nullable Duration retryAfter;

    /// @param message which limit, and what would be right
    /// @param retryAfter when it may be worth another try; null when the call asks for more than there ever is
    /// @param limit the limit, as it stands; null for one of the vendor
    LimitReachedException(String message, @Nullable RateLimit limit, @Nullable Duration retryAfter) {
        super(message, null, false, false);
        this.limit = limit;
        this.retryAfter = retryAfter;
    }

    /// The limit, as it stands; empty for one of the vendor.
    public Optional<RateLimit> limit() {
        return Optional.ofNullable(limit);
    }

    /// When it may be worth another try; empty when the call asks for more than there ever is at once.
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
