package dev.formulary.engine.dispatch;

import dev.formulary.engine.admission.BudgetReachedException;
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
    private final boolean overBudget;

    /// What a provider says of a call that was only tried there, and of which nothing is to be told but that.
    public static DispatchException of(ProviderException failure) {
        return new DispatchException(failure, List.of(), failure.retryAfter().orElse(null));
    }

    /// @param last the last attempt's
    DispatchException(ProviderException last, List<Tried> tried, @Nullable Duration retryAfter) {
        super(String.valueOf(last.getMessage()), null, false, false);
        category = last.category();
        this.tried = List.copyOf(tried);
        this.retryAfter = retryAfter;
        overBudget = last.getCause() instanceof BudgetReachedException;
    }

    /// Why the last attempt failed.
    public FailureCategory category() {
        return category;
    }

    /// What was tried, in order.
    public List<Tried> tried() {
        return tried;
    }

    /// Whether the last attempt was not made because one of the gateway's own budgets did not allow it.
    public boolean overBudget() {
        return overBudget;
    }

    /// How long the vendor that comes back first asks to wait.
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
