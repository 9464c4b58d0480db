package dev.formulary.engine.config;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Set;

/// Hours that come again each week. They end on the next day where their end is not after their beginning.
///
/// @param days on which they begin
/// @param from the first moment
/// @param to the first moment after them
/// @param zone whose clocks are meant; where a clock skips the first moment, they begin when it has gone on
public record Weekly(Set<DayOfWeek> days, LocalTime from, LocalTime to, ZoneId zone) {
    public Weekly {
        days = Set.copyOf(days);
    }

    /// Whether it is within them.
    public boolean covers(Instant now) {
        LocalDate today = LocalDate.ofInstant(now, zone);
        return covers(today, now) || covers(today.minusDays(1), now);
    }

    private boolean covers(LocalDate day, Instant now) {
        LocalDate last = to.isAfter(from) ? day : day.plusDays(1);
        return days.contains(day.getDayOfWeek()) && !now.isBefore(day.atTime(from).atZone(zone).toInstant())
                && now.isBefore(last.atTime(to).atZone(zone).toInstant());
    }
}
