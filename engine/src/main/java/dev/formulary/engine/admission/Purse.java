package dev.formulary.engine.admission;

import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.Budget;
import java.time.Instant;
import java.util.Locale;

/// One budget while it is used. All access holds its monitor, for a few additions at a time; what is held back and spent
/// never passes the limit. Each change is also made to numbers that outlive the process.
final class Purse {
    /// The numbers: when the period began in seconds of the epoch, and micro-dollars spent and held.
    static final int NUMBERS = 3;
    private static final int BEGIN = 0;
    private static final int SPENT = 1;
    private static final int HELD = 2;

    private final Settings.BudgetEntry entry;
    private final Period period;
    private Instant begin;
    private long spent;
    private long reserved;
    private final LiveNumbers.Row live;

    /// @param live what another process may have left
    Purse(Settings.BudgetEntry entry, Instant now, LiveNumbers.Row live) {
        this.entry = entry;
        this.live = live;
        period = Period.valueOf(entry.period().toUpperCase(Locale.ROOT));
        begin = period.begin(now);
        if (live.get(BEGIN) == begin.getEpochSecond()) {
            spent = live.get(SPENT) + live.get(HELD);
        }
        note();
        live.set(HELD, 0);
    }

    /// What its calls held when the process died before this one. It counts as spent, as their vendors may bill them.
    static long heldAtDeath(LiveNumbers.Row live) {
        return live.get(HELD);
    }

    /// In this order: whoever reads after any of the stores finds too much spent rather than too little.
    private void note() {
        live.set(SPENT, spent);
        live.set(BEGIN, begin.getEpochSecond());
        live.set(HELD, reserved);
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
        live.set(HELD, reserved);
        return true;
    }

    /// Gives back what was held and books what it cost. The cost may be more than was held when an answer was longer than
    /// the estimate; it is booked all the same, for it was spent.
    synchronized void settle(long held, long cost, Instant now) {
        roll(now);
        reserved = Math.max(0, reserved - held);
        spent += cost;
        note();
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
            note();
        }
    }

    synchronized Saved save() {
        return new Saved(entry.id(), begin.toString(), spent);
    }

    synchronized void restore(Saved saved, Instant now) {
        if (Instant.parse(saved.begin()).equals(period.begin(now))) {
            spent = Math.max(spent, saved.spentMicros());
            note();
        }
    }

    /// What is kept over a restart.
    record Saved(String id, String begin, long spentMicros) {}
}
