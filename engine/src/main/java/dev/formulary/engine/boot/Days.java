package dev.formulary.engine.boot;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.function.UnaryOperator;

/// Some days, in UTC.
///
/// @param to the last one
record Days(LocalDate from, LocalDate to) {

    /// Reads the parameters `from` and `to`.
    ///
    /// @param asked gives a parameter's value, empty where nothing is said
    /// @param days how many it is when nothing is said, today the last of them
    /// @throws IllegalArgumentException when one is wrong; the message is for the user
    static Days of(UnaryOperator<String> asked, LocalDate today, int days) {
        LocalDate to = day("to", asked.apply("to"), today);
        LocalDate from = day("from", asked.apply("from"), to.minusDays(days - 1L));
        if (from.isAfter(to)) {
            throw new IllegalArgumentException("'from' is after 'to'");
        }
        return new Days(from, to);
    }

    private static LocalDate day(String name, String value, LocalDate preset) {
        try {
            return value.isEmpty() ? preset : LocalDate.parse(value);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("'" + name + "' must be a day such as 2026-11-30", e);
        }
    }

    Instant begin() {
        return from.atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    Instant end() {
        return to.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }
}
