package dev.formulary.engine.store;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Gives lists of prices numbers, so that the journal does not repeat them for each attempt. Thread-safe.
final class PriceNumbers {
    /// Prices change seldom; where there are more, all get new numbers.
    private static final int MOST = 4_096;

    private final Map<PriceList, JournalEntry.Prices> known = new ConcurrentHashMap<>();
    private final AtomicInteger last = new AtomicInteger();

    JournalEntry.Prices of(PriceList prices) {
        JournalEntry.Prices numbered = known.get(prices);
        if (numbered != null) {
            return numbered;
        }
        if (known.size() >= MOST) {
            known.clear();
        }
        return known.computeIfAbsent(prices, list -> {
            int number = last.incrementAndGet();
            return new JournalEntry.Prices(number, LedgerBytes.of(number, list));
        });
    }
}
