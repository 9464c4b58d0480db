package dev.formulary.engine.admission;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;

/// The periods of budgets, in UTC. Weeks begin on Monday.
enum Period {
    HOUR {
        @Override
        ZonedDateTime begin(ZonedDateTime at) {
            return at.truncatedTo(ChronoUnit.HOURS);
        }

        @Override
        ZonedDateTime after(ZonedDateTime begin) {
            return begin.plusHours(1);
        }
    },
    DAY {
        @Override
        ZonedDateTime begin(ZonedDateTime at) {
            return at.truncatedTo(ChronoUnit.DAYS);
        }

        @Override
        ZonedDateTime after(ZonedDateTime begin) {
            return begin.plusDays(1);
        }
    },
    WEEK {
        @Override
        ZonedDateTime begin(ZonedDateTime at) {
            return at.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)).truncatedTo(ChronoUnit.DAYS);
        }

        @Override
        ZonedDateTime after(ZonedDateTime begin) {
            return begin.plusWeeks(1);
        }
    },
    MONTH {
        @Override
        ZonedDateTime begin(ZonedDateTime at) {
            return at.withDayOfMonth(1).truncatedTo(ChronoUnit.DAYS);
        }

        @Override
        ZonedDateTime after(ZonedDateTime begin) {
            return begin.plusMonths(1);
        }
    };

    abstract ZonedDateTime begin(ZonedDateTime at);

    abstract ZonedDateTime after(ZonedDateTime begin);

    /// When the period that holds a moment began.
    Instant begin(Instant at) {
        return begin(at.atZone(ZoneOffset.UTC)).toInstant();
    }

    /// When the next one begins.
    Instant end(Instant at) {
        return after(begin(at.atZone(ZoneOffset.UTC))).toInstant();
    }
}
