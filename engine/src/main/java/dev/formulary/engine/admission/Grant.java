package dev.formulary.engine.admission;

import dev.formulary.engine.admission.Limit.Unit;
import dev.formulary.engine.facts.RateLimit;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// What a call or an attempt has taken from limits. It ends in exactly one of [#settle], [#keep] and [#giveBack]; later calls
/// do nothing. Thread-safe.
public final class Grant {
    private final List<Held> held;
    private final Consumer<Duration> resting;
    private boolean open = true;

    /// @param slot as [Limit#take] gave it
    record Held(Limit limit, long slot, long count) {
        void giveBack() {
            limit.giveBack(slot, count);
        }
    }

    Grant(List<Held> held) {
        this(held, _ -> {});
    }

    private Grant(List<Held> held, Consumer<Duration> resting) {
        this.held = List.copyOf(held);
        this.resting = resting;
    }

    /// The same, which tells how long the vendor wants to rest.
    Grant telling(Consumer<Duration> listener) {
        return new Grant(held, listener);
    }

    /// The vendor wants no calls of the model for so long.
    public void rest(Duration wait) {
        resting.accept(wait);
    }

    /// Nothing was taken.
    public static Grant ofNothing() {
        return new Grant(List.of());
    }

    /// Books what was used: what was held beyond that is given back, what was used beyond that is taken.
    ///
    /// @param tokens of prompt and answer; 0 when no model was asked
    public synchronized void settle(long tokens) {
        if (end()) {
            held.stream().filter(each -> each.limit().counts(Unit.TOKENS)).forEach(each -> {
                each.limit().giveBack(each.slot(), each.count() - tokens);
                each.limit().add(tokens - each.count());
            });
        }
    }

    /// Nobody knows what was used; what was held counts.
    public synchronized void keep() {
        end();
    }

    /// It does not count.
    public synchronized void giveBack() {
        if (end()) {
            held.forEach(Held::giveBack);
        }
    }

    private boolean end() {
        boolean was = open;
        open = false;
        return was;
    }

    /// How the limits stand that apply: of each unit the one with the least left.
    public List<RateLimit> standing() {
        return held.isEmpty()
                ? List.of()
                : Stream.of(Unit.values()).flatMap(unit -> held.stream().map(Held::limit)
                        .filter(limit -> limit.counts(unit)).min(Comparator.comparingLong(Limit::left)).stream())
                        .map(Limit::state).toList();
    }
}
