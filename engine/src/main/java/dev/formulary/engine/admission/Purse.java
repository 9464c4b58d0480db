package dev.formulary.engine.admission;

import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.Budget;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// One budget while it is used. Thread-safe. What is held back and spent never passes the limit of a hard one.
///
/// A call counts in the period in which it began, whenever it ends: what a period has let begin is never more than its limit.
final class Purse {
    /// A rolling budget that has fallen below that share of a step tells it anew when it is reached again.
    private static final double FELL = 0.9;
    /// What a soft budget may take; more than there is, and little enough to be multiplied by the nodes of a cluster.
    private static final long BOUNDLESS = 1L << 55;
    /// The slot of what was not taken before it was spent.
    private static final long NO_SLOT = -1;
    private static final Duration APART_RETRY = Duration.ofSeconds(1);

    private final Settings.BudgetEntry entry;
    private final Span span;
    private final PurseFile file;
    private final Window.@Nullable Shared others;
    private final LongSupplier clock;
    private volatile Current current;
    private double toldStep;

    /// The span that has begun.
    ///
    /// @param first the first slot of which it is known what was spent in it
    record Current(long begin, long end, Window window, Holding holding, long first) {
        /// Without a period that ends.
        boolean rolling() {
            return end == Long.MAX_VALUE;
        }
    }

    /// What calls under way hold.
    final class Holding {
        private final long begin;
        private long sum;

        Holding(long begin) {
            this.begin = begin;
        }

        synchronized long sum() {
            return sum;
        }

        synchronized void change(long micros) {
            sum += micros;
            file.held(begin, sum);
        }
    }

    /// What one attempt holds of it.
    record Held(Purse purse, Current of, long slot, long micros) {}

    /// @param entry with a name in its scope, not with `*`
    /// @param clock milliseconds since the epoch; never goes back
    /// @param others the other nodes; null for none
    Purse(Settings.BudgetEntry entry, PurseFile file, LongSupplier clock, Window.@Nullable Shared others) {
        this.entry = entry;
        this.file = file;
        this.clock = clock;
        this.others = others;
        span = Span.of(entry);
        current = open(clock.getAsLong());
    }

    String id() {
        return entry.id();
    }

    private Current now() {
        Current last = current;
        return clock.getAsLong() < last.end() ? last : next();
    }

    private synchronized Current next() {
        long now = clock.getAsLong();
        if (now >= current.end()) {
            current = open(now);
            toldStep = 0;
        }
        return current;
    }

    private Current open(long now) {
        long begin = span.begin(now);
        List<Window.Slot> before = file.open(begin);
        long origin = span.origin(begin);
        LongSupplier millis = () -> Math.max(0, clock.getAsLong() - origin);
        var holding = new Holding(begin);
        long first = before.stream().mapToLong(Window.Slot::number).min()
                .orElse((now - origin) / size().slotMillis());
        return new Current(begin, span.end(now), window(begin, millis, before, holding), holding, first);
    }

    private Window window(long begin, LongSupplier millis, List<Window.Slot> before, Holding holding) {
        if (others == null) {
            var window = new LocalWindow(size(), millis, file.memory(begin));
            before.forEach(window::restore);
            return window;
        }
        if (begin > 0) {
            // those who were under way at the end of the last one may still give back
            others.forget(name(span.begin(span.begin(begin - 1) - 1)));
        }
        return others.of(name(begin), size(), millis, file.shared(begin, before, holding::sum));
    }

    private String name(long begin) {
        return String.join("\t", "budget", entry.id(), entry.scope(), Long.toString(entry.limitMicros()),
                Boolean.toString(hard()), span.name(), Long.toString(begin));
    }

    private Window.Size size() {
        return new Window.Size(hard() ? entry.limitMicros() : BOUNDLESS, 0, span.millis());
    }

    boolean hard() {
        return entry.terms().hard();
    }

    /// Micro-dollars that may be held back now.
    long left() {
        return now().window().left();
    }

    /// What costs nothing always passes. What has an unknown price passes until the budget is used up.
    ///
    /// @param micros what is to be held back; -1 when nobody knows
    /// @throws BudgetReachedException when that would pass the limit
    Held reserve(long micros) throws BudgetReachedException {
        Current now = now();
        if (micros <= 0) {
            if (micros < 0 && hard() && now.window().left() <= 0) {
                throw reached(now, micros);
            }
            return new Held(this, now, NO_SLOT, 0);
        }
        long slot = hard() && micros > entry.limitMicros() ? Window.NOTHING : now.window().take(micros);
        if (slot >= 0) {
            now.holding().change(micros);
            return new Held(this, now, slot, micros);
        }
        if (hard()) {
            throw slot == Window.APART ? apart() : reached(now, micros);
        }
        return new Held(this, now, NO_SLOT, 0);
    }

    private BudgetReachedException apart() {
        return new BudgetReachedException("the other nodes can't be asked about the budget '" + id() + "' for now",
                id(), APART_RETRY, true);
    }

    private BudgetReachedException reached(Current now, long micros) {
        long wait = now.rolling()
                ? now.window().waitFor(Math.max(1, micros))
                : now.end() - clock.getAsLong();
        String anew = Instant.ofEpochMilli(clock.getAsLong() + Math.max(0, wait)).toString();
        String why = micros > entry.limitMicros()
                ? "the call may cost " + Dollars.of(micros) + " dollars, and the budget '" + id() + "' is "
                        + Dollars.of(entry.limitMicros()) + "; ask for a shorter answer or for a cheaper model"
                : now.window().left() <= 0 || micros < 0
                        ? "the budget '" + id() + "' is used up until " + anew
                        : "the call may cost " + Dollars.of(micros) + " dollars, which is more than the budget '" + id()
                                + "' has left until " + anew + "; ask for a shorter answer or for a cheaper model";
        return new BudgetReachedException(why, id(), Duration.ofMillis(Math.max(1, wait)), false);
    }

    /// Nobody will settle it: what it held counts as spent from now on.
    void keep(Held held) {
        if (held.slot() >= 0) {
            held.of().holding().change(-held.micros());
            // other nodes are told
            held.of().window().giveBack(held.slot(), 0);
        }
    }

    /// Gives back what was held and books what it cost. The cost may be more than was held when an answer was longer than
    /// the estimate; it is booked all the same, for it was spent.
    ///
    /// @param kept whether [#keep] came before
    void settle(Held held, long cost, boolean kept) {
        Current of = held.of();
        if (held.slot() >= 0) {
            if (!kept) {
                of.holding().change(-held.micros());
            }
            of.window().giveBack(held.slot(), Math.max(0, held.micros() - cost));
        }
        if (cost > held.micros()) {
            of.window().add(cost - held.micros());
        }
    }

    Budget snapshot() {
        return snapshot(true);
    }

    /// The same without its outlook, which takes longest.
    Budget counted() {
        return snapshot(false);
    }

    private Budget snapshot(boolean foreseen) {
        Current now = now();
        long held = now.window().held(now.holding().sum());
        List<Window.Slot> slots = now.window().slots();
        long taken = slots.stream().mapToLong(Window.Slot::count).sum();
        long reserved = Math.min(held, taken);
        return new Budget(entry.id(), entry.scope(), taken - reserved, reserved, entry.limitMicros(),
                Instant.ofEpochMilli(resets(now, slots)), hard(), step(taken),
                foreseen ? outlook(now, slots, taken) : Budget.Outlook.UNKNOWN);
    }

    private long resets(Current now, List<Window.Slot> slots) {
        if (!now.rolling()) {
            return now.end();
        }
        return slots.isEmpty()
                ? clock.getAsLong() + span.millis()
                : (slots.getFirst().number() + SlidingWindow.KEPT) * size().slotMillis();
    }

    private double step(long taken) {
        double highest = 0;
        for (double step : entry.terms().steps()) {
            highest = taken >= step * entry.limitMicros() ? step : highest;
        }
        return highest;
    }

    private Budget.Outlook outlook(Current now, List<Window.Slot> slots, long taken) {
        long at = clock.getAsLong();
        long slotMillis = size().slotMillis();
        long newest = (at - span.origin(now.begin())) / slotMillis;
        return new Forecast(slots, slots.isEmpty() ? now.first() : Math.min(now.first(), slots.getFirst().number()),
                newest, slotMillis).outlook(taken, entry.limitMicros(), now.rolling() ? -1 : now.end() - at);
    }

    /// The step that was reached since it was asked last; 0 for none.
    synchronized double newStep(Budget budget) {
        double before = toldStep;
        boolean fell = now().rolling() && budget.usedRatio() < before * FELL;
        toldStep = fell ? budget.step() : Math.max(before, budget.step());
        return budget.step() > before ? budget.step() : 0;
    }

    /// What is kept for people, and for a machine that loses power.
    ///
    /// @param begin when the period began; of a rolling one, when the slot did
    record Saved(String id, String begin, long spentMicros) {}

    List<Saved> saved(Budget as) {
        Current now = now();
        if (!now.rolling()) {
            return as.spent() == 0
                    ? List.of()
                    : List.of(new Saved(id(), Instant.ofEpochMilli(now.begin()).toString(), as.spent()));
        }
        long slotMillis = size().slotMillis();
        return now.window().slots().stream().map(slot -> new Saved(id(),
                Instant.ofEpochMilli(slot.number() * slotMillis).toString(), slot.count())).toList();
    }

    /// Takes over what was saved, where nothing else is known of it.
    void restore(Saved saved) {
        long at = Instant.parse(saved.begin()).toEpochMilli();
        Current now = now();
        if (others != null) {
            // what this node had spent by itself before nodes shared it
            if (file.fresh() && at == now.begin() && saved.spentMicros() > 0) {
                now.window().add(saved.spentMicros());
            }
            return;
        }
        if (!now.rolling()) {
            long taken = now.window().slots().stream().mapToLong(Window.Slot::count).sum();
            if (at == now.begin() && saved.spentMicros() > taken) {
                now.window().add(saved.spentMicros() - taken);
            }
        } else if (file.fresh() && now.window() instanceof LocalWindow window) {
            window.restore(new Window.Slot(at / size().slotMillis(), saved.spentMicros()));
        }
    }
}
