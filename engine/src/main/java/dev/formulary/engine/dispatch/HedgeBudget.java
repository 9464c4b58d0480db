package dev.formulary.engine.dispatch;

import java.util.concurrent.atomic.AtomicInteger;

/// How many second attempts there may be beside the first: one for twenty calls, ten in a row at most. So a provider that is
/// slow for everybody does not double the load of all others. Thread-safe.
///
/// The token bucket whose tokens are calls is the retry budget of Google's Site Reliability Engineering (2016), chapter 21.
final class HedgeBudget {
    private static final int FOR_A_CALL = 1;
    private static final int FOR_A_HEDGE = 20;
    private static final int MOST = 10 * FOR_A_HEDGE;

    private final AtomicInteger saved = new AtomicInteger(FOR_A_HEDGE);

    /// A call has begun.
    void called() {
        if (saved.get() < MOST) {
            saved.updateAndGet(now -> Math.min(MOST, now + FOR_A_CALL));
        }
    }

    /// Takes a second attempt, if there is room for one.
    boolean take() {
        return saved.getAndUpdate(now -> now >= FOR_A_HEDGE ? now - FOR_A_HEDGE : now) >= FOR_A_HEDGE;
    }
}
