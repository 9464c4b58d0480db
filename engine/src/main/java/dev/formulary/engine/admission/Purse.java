package dev.formulary.engine.admission;

import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.Budget;
import java.time.Instant;
import java.util.Locale;

/// One budget while it is used. All access holds its monitor, for a few additions at a time; what is held back and spent
/// never passes the limit.
final class Purse {
    private final Settings.BudgetEntry entry;
    private final Period period;
    private Instant begin;
    private long spent;
    private long reserved;

    Purse(Settings.BudgetEntry entry, Instant now) {
        this.entry = entry;
        period = Period.valueOf(entry.period().toUpperCase(Locale.ROOT));
        begin = period.begin(now);
    }

    String id() {
        return entry.id();
    }

    /// What costs nothing always passes. What has an unknown price passes until the budget is used up.
    ///
    /// @param micros what is to be held back; -1 when nobody knows
    synchronized boolean reserve(long micros, Instant now) {
        roll(now);
        long left = entry.limitMicros() - spent - reserved;
        if (micros < 0 ? left <= 0 : micros > 0 && micros > left) {
            return false;
        }
        reserved += Math.max(0, micros);
        return true;
    }

    /// Gives back what was held and books what it cost. The cost may be more than was held when an answer was longer than
    /// the estimate; it is booked all the same, for it was spent.
    synchronized void settle(long held, long cost, Instant now) {
        roll(now);
        reserved = Math.max(0, reserved - held);
        spent += cost;
    }

    synchronized Budget snapshot(Instant now) {
        roll(now);
        return new Budget(entry.id(), entry.scope(), spent, reserved, entry.limitMicros(), period.end(now));
    }

    /// Money that is held when a period ends stays held: its call is not over.
    private void roll(Instant now) {
        Instant current = period.begin(now);
        if (current.isAfter(begin)) {
            begin = current;
            spent = 0;
        }
    }

    synchronized Saved save() {
        return new Saved(entry.id(), begin.toString(), spent);
    }

    synchronized void restore(Saved saved, Instant now) {
        if (Instant.parse(saved.begin()).equals(period.begin(now))) {
            spent = saved.spentMicros();
        }
    }

    /// What is kept over a restart.
    record Saved(String id, String begin, long spentMicros) {}
}
