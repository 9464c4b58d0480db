package dev.formulary.engine.dispatch;

import dev.formulary.engine.facts.Outcome.Tried;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// No model of the plan answered.
public final class DispatchException extends Exception {
    private final FailureCategory category;
    private final List<Tried> tried;
    private final @Nullable Duration retryAfter;

    /// What a provider says of a call that was only tried there, and of which nothing is to be told but that.
    public static DispatchException of(ProviderException failure) {
        return new DispatchException(failure.category(), String.valueOf(failure.getMessage()), List.of(),
                failure.retryAfter().orElse(null));
    }

    DispatchException(FailureCategory category, String message, List<Tried> tried, @Nullable Duration retryAfter) {
        super(message, null, false, false);
        this.category = category;
        this.tried = List.copyOf(tried);
        this.retryAfter = retryAfter;
    }

    /// Why the last attempt failed.
    public FailureCategory category() {
        return category;
    }

    /// What was tried, in order.
    public List<Tried> tried() {
        return tried;
    }

    /// How long the vendor that comes back first asks to wait.
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
