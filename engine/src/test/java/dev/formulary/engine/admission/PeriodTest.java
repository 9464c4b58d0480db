package dev.formulary.engine.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
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
        assertThat(period.begin(at)).isEqualTo(begin);
        assertThat(period.end(at)).isEqualTo(end);
    }

    @ParameterizedTest
    @EnumSource
    void everyMomentIsInExactlyOnePeriod(Period period) {
        var random = new Random(11);
        for (int i = 0; i < 1_000; i++) {
            Instant at = Instant.ofEpochSecond(random.nextLong(4_000_000_000L));
            Instant begin = period.begin(at);
            Instant end = period.end(at);
            assertThat(at).isAfterOrEqualTo(begin).isBefore(end);
            assertThat(period.begin(end)).isEqualTo(end);
            assertThat(period.begin(end.minusNanos(1))).isEqualTo(begin);
        }
    }

    @Test
    void isNamedAsInTheConfiguration() {
        assertThat(Period.values()).extracting(Enum::name).containsExactly("HOUR", "DAY", "WEEK", "MONTH");
    }
}
