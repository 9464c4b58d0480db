package dev.formulary.engine.admission;

import dev.formulary.engine.facts.RateLimit;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;

/// One limit while it is used: so many requests or so many tokens in any period. Thread-safe.
final class Limit {
    private final Terms terms;
    private final Window window;
    private final LongAdder refused = new LongAdder();

    /// What counts.
    enum Unit {
        REQUESTS("requests"), TOKENS("tokens");

        private final String word;

        Unit(String word) {
            this.word = word;
        }
    }

    /// What is limited, and how.
    ///
    /// @param scope with a name in it, not with `*`
    /// @param burst how much may come at once; 0 for all of it
    record Terms(String id, String scope, Unit unit, long limit, Period per, long burst) {
        /// The most that one call may take.
        long most() {
            return burst > 0 ? Math.min(burst, limit) : limit;
        }

        Window.Size size() {
            return new Window.Size(limit, burst < limit ? burst : 0, per.millis);
        }

        /// The same for equal terms only.
        String name() {
            return String.join("\t", id, scope, unit.word, Long.toString(limit), per.word());
        }

        @Override
        public String toString() {
            return "the limit '" + id + "' of " + limit + " " + unit.word + " per " + per.word() + " for " + scope;
        }
    }

    /// The periods of limits.
    enum Period {
        SECOND(1_000), MINUTE(60_000), HOUR(3_600_000), DAY(86_400_000);

        private final long millis;

        Period(long millis) {
            this.millis = millis;
        }

        static Period of(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT));
        }

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /// Shorter ones are over when a gateway has started again.
        boolean outlivesARestart() {
            return this != SECOND;
        }
    }

    Limit(Terms terms, Window window) {
        this.terms = terms;
        this.window = window;
    }

    Terms terms() {
        return terms;
    }

    boolean counts(Unit unit) {
        return terms.unit() == unit;
    }

    /// @return for [#giveBack], or [Window#NOTHING] when the limit would be passed, or [Window#APART]
    long take(long count) {
        return window.take(count);
    }

    void giveBack(long slot, long count) {
        if (count > 0) {
            window.giveBack(slot, count);
        }
    }

    /// Counts what was used without being asked for; the limit may be passed by that much, and is kept the longer after.
    void add(long count) {
        if (count > 0) {
            window.add(count);
        }
    }

    Duration waitFor(long count) {
        return Duration.ofMillis(window.waitFor(count));
    }

    void refuse() {
        refused.increment();
    }

    long left() {
        return window.left();
    }

    RateLimit state() {
        return new RateLimit(terms.id(), terms.scope(), terms.unit().word, terms.limit(), terms.per().word(),
                terms.most(), left(), waitFor(terms.limit()), refused.sum());
    }
}
