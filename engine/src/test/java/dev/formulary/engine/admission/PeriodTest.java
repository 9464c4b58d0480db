package dev.formulary.engine.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PeriodTest {

    @ParameterizedTest
    @CsvSource({"HOUR, 2026-11-20T12:59:59.999Z, 2026-11-20T12:00:00Z, 2026-11-20T13:00:00Z",
            "HOUR, 2026-11-20T13:00:00Z, 2026-11-20T13:00:00Z, 2026-11-20T14:00:00Z",
            "DAY, 2026-12-31T23:59:59Z, 2026-12-31T00:00:00Z, 2027-01-01T00:00:00Z",
            "DAY, 2026-03-29T01:30:00Z, 2026-03-29T00:00:00Z, 2026-03-30T00:00:00Z",
            "WEEK, 2026-11-22T23:59:59Z, 2026-11-16T00:00:00Z, 2026-11-23T00:00:00Z",
            "WEEK, 2026-11-23T00:00:00Z, 2026-11-23T00:00:00Z, 2026-11-30T00:00:00Z",
            "WEEK, 2027-01-01T08:00:00Z, 2026-12-28T00:00:00Z, 2027-01-04T00:00:00Z",
            "MONTH, 2028-02-29T12:00:00Z, 2028-02-01T00:00:00Z, 2028-03-01T00:00:00Z",
            "MONTH, 2026-12-01T00:00:00Z, 2026-12-01T00:00:00Z, 2027-01-01T00:00:00Z"})
    void beginsAndEndsInUtc(Period period, Instant at, Instant begin, Instant end) {
        assertThat(period.begin(at, ZoneOffset.UTC)).isEqualTo(begin);
        assertThat(period.end(at, ZoneOffset.UTC)).isEqualTo(end);
    }

    @ParameterizedTest
    @CsvSource({"DAY, Europe/Berlin, 2026-03-29T10:00:00Z, 2026-03-28T23:00:00Z, 2026-03-29T22:00:00Z",
            "DAY, Europe/Berlin, 2026-10-25T10:00:00Z, 2026-10-24T22:00:00Z, 2026-10-25T23:00:00Z",
            "WEEK, Europe/Berlin, 2026-10-25T10:00:00Z, 2026-10-18T22:00:00Z, 2026-10-25T23:00:00Z",
            "MONTH, America/New_York, 2026-11-02T00:00:00Z, 2026-11-01T04:00:00Z, 2026-12-01T05:00:00Z",
            // its clock goes from midnight to one, and back from one to midnight
            "DAY, America/Havana, 2026-03-08T20:00:00Z, 2026-03-08T05:00:00Z, 2026-03-09T04:00:00Z",
            "DAY, America/Havana, 2026-11-01T05:30:00Z, 2026-11-01T04:00:00Z, 2026-11-02T05:00:00Z",
            "DAY, Asia/Beirut, 2026-03-29T10:00:00Z, 2026-03-28T22:00:00Z, 2026-03-29T21:00:00Z",
            "HOUR, Asia/Kolkata, 2026-03-29T10:00:00Z, 2026-03-29T09:30:00Z, 2026-03-29T10:30:00Z",
            "HOUR, Europe/Berlin, 2026-10-25T01:30:00Z, 2026-10-25T01:00:00Z, 2026-10-25T02:00:00Z"})
    void beginsAtMidnightOfAPlaceHoweverItsClockIsPut(Period period, String zone, Instant at, Instant begin,
            Instant end) {
        assertThat(period.begin(at, ZoneId.of(zone))).isEqualTo(begin);
        assertThat(period.end(at, ZoneId.of(zone))).isEqualTo(end);
    }

    @ParameterizedTest
    @EnumSource
    void everyMomentIsInExactlyOnePeriodOfAnyZone(Period period) {
        var random = new Random(11);
        List<ZoneId> zones = ZoneId.getAvailableZoneIds().stream().sorted().map(ZoneId::of).toList();
        for (int i = 0; i < 20_000; i++) {
            ZoneId zone = zones.get(i % zones.size());
            Instant at = Instant.ofEpochSecond(random.nextLong(1_600_000_000L, 2_400_000_000L));
            Instant begin = period.begin(at, zone);
            Instant end = period.end(at, zone);
            assertThat(at).as("%s in %s", at, zone).isAfterOrEqualTo(begin).isBefore(end);
            assertThat(Duration.between(begin, end)).isLessThanOrEqualTo(period.longest());
            if (!zone.getId().contains("Lord_Howe") && !zone.getId().contains("LHI")) {
                // half an hour is put forward and back there, in the midst of one of the clock
                assertThat(period.begin(end, zone)).isEqualTo(end);
                assertThat(period.begin(end.minusNanos(1), zone)).isEqualTo(begin);
            }
            assertThat(period.begin(at.plusSeconds(random.nextInt(7_200)), zone)).isAfterOrEqualTo(begin);
        }
    }

    @Test
    void isNamedAsInTheConfiguration() {
        assertThat(Period.values()).extracting(Enum::name).containsExactly("HOUR", "DAY", "WEEK", "MONTH");
    }
}
