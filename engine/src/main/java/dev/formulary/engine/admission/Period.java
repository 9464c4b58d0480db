package dev.formulary.engine.admission;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;

/// The periods of budgets by the clock of a place. Days begin at its midnight, however often the clock is put forward or back;
/// where there is no midnight, at the first moment of the day. Weeks begin on Monday.
enum Period {
    HOUR(Duration.ofHours(1)) {
        @Override
        Instant begin(Instant at, ZoneId zone) {
            return at.atZone(zone).toOffsetDateTime().truncatedTo(ChronoUnit.HOURS).toInstant();
        }

        @Override
        Instant end(Instant at, ZoneId zone) {
            return begin(at, zone).plus(1, ChronoUnit.HOURS);
        }
    },
    DAY(Duration.ofHours(26)) {
        @Override
        LocalDate begin(LocalDate day) {
            return day;
        }

        @Override
        LocalDate after(LocalDate begin) {
            return begin.plusDays(1);
        }
    },
    WEEK(Duration.ofDays(7).plusHours(2)) {
        @Override
        LocalDate begin(LocalDate day) {
            return day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
        }

        @Override
        LocalDate after(LocalDate begin) {
            return begin.plusWeeks(1);
        }
    },
    MONTH(Duration.ofDays(31).plusHours(2)) {
        @Override
        LocalDate begin(LocalDate day) {
            return day.withDayOfMonth(1);
        }

        @Override
        LocalDate after(LocalDate begin) {
            return begin.plusMonths(1);
        }
    };

    private final Duration longest;

    Period(Duration longest) {
        this.longest = longest;
    }

    /// No period is longer.
    Duration longest() {
        return longest;
    }

    LocalDate begin(LocalDate day) {
        return day;
    }

    LocalDate after(LocalDate begin) {
        return begin;
    }

    /// When the period that holds a moment began.
    Instant begin(Instant at, ZoneId zone) {
        return begin(at.atZone(zone).toLocalDate()).atStartOfDay(zone).toInstant();
    }

    /// When the next one begins.
    Instant end(Instant at, ZoneId zone) {
        return after(begin(at.atZone(zone).toLocalDate())).atStartOfDay(zone).toInstant();
    }
}
