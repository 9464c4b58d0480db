package dev.formulary.engine.admission;

import java.time.Duration;

/// An attempt might pass a budget. Nothing was held back by any.
public final class BudgetReachedException extends Exception {
    private static final long serialVersionUID = 1;

    private final String budget;
    private final transient Duration retryAfter;
    private final boolean apart;

    /// @param message which budget, and what would be right; fit for whoever calls, so without what others have spent
    /// @param budget its id
    /// @param retryAfter when it may be worth another try
    /// @param apart whether it is only that other nodes can't be asked
    BudgetReachedException(String message, String budget, Duration retryAfter, boolean apart) {
        super(message, null, false, false);
        this.budget = budget;
        this.retryAfter = retryAfter;
        this.apart = apart;
    }

    /// Whether nobody knows if it would be passed, as other nodes can't be asked.
    boolean apart() {
        return apart;
    }

    /// The budget's id.
    public String budget() {
        return budget;
    }

    /// When it may be worth another try.
    public Duration retryAfter() {
        return retryAfter;
    }
}
