package dev.formulary.engine.admission;

import dev.formulary.engine.config.Settings;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;

/// The time for which a budget's limit holds.
sealed interface Span {

    static Span of(Settings.BudgetEntry entry) {
        Duration rolling = entry.terms().rolling();
        return rolling == null
                ? new Calendar(Period.valueOf(entry.period().toUpperCase(Locale.ROOT)), entry.terms().zone())
                : new Rolling(rolling);
    }

    /// What tells the present one from those before, for as long as it lasts: milliseconds since the epoch, or less than 0.
    long begin(long now);

    /// When it is over, in milliseconds since the epoch.
    long end(long now);

    /// From when the milliseconds of its slots are counted.
    long origin(long begin);

    /// How long it may last, in milliseconds, a multiple of the slots.
    long millis();

    /// A name that only equal ones have.
    String name();

    /// A period of the calendar.
    record Calendar(Period period, ZoneId zone) implements Span {
        @Override
        public long begin(long now) {
            return period.begin(Instant.ofEpochMilli(now), zone).toEpochMilli();
        }

        @Override
        public long end(long now) {
            return period.end(Instant.ofEpochMilli(now), zone).toEpochMilli();
        }

        @Override
        public long origin(long begin) {
            return begin;
        }

        @Override
        public long millis() {
            return period.longest().toMillis();
        }

        @Override
        public String name() {
            return period.name().toLowerCase(Locale.ROOT) + " " + zone;
        }
    }

    /// So long back from any moment.
    record Rolling(Duration length) implements Span {
        @Override
        public long begin(long now) {
            return -length.toMillis();
        }

        @Override
        public long end(long now) {
            return Long.MAX_VALUE;
        }

        @Override
        public long origin(long begin) {
            return 0;
        }

        @Override
        public long millis() {
            return length.toMillis();
        }

        @Override
        public String name() {
            return "rolling " + length;
        }
    }
}
