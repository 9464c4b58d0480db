package dev.formulary.engine.dispatch;

import java.util.concurrent.atomic.AtomicInteger;

/// How many attempts there may be beside those that calls need anyway: one for so many calls, ten in a row at most. So a
/// provider that is slow or fails for everybody does not get, or cause, a multiple of the load. Thread-safe.
///
/// The token bucket whose tokens are calls is the retry budget of Google's Site Reliability Engineering (2016), chapter 21.
final class ExtraBudget {
    static final int MOST_IN_A_ROW = 10;

    private final int price;
    private final AtomicInteger saved;

    /// @param calls for how many calls there may be one extra attempt; the first is free
    ExtraBudget(int calls) {
        price = calls;
        saved = new AtomicInteger(calls);
    }

    /// A call has begun.
    void called() {
        int most = MOST_IN_A_ROW * price;
        if (saved.get() < most) {
            saved.updateAndGet(now -> Math.min(most, now + 1));
        }
    }

    /// Takes an extra attempt, if there is room for one.
    boolean take() {
        return saved.getAndUpdate(now -> now >= price ? now - price : now) >= price;
    }
}
