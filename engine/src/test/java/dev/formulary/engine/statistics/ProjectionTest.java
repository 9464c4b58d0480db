package dev.formulary.engine.statistics;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.formulary.engine.facts.HourlyUse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ProjectionTest {
    private static final Instant FROM = Instant.parse("2026-11-01T00:00:00Z");
    private final Random random = new Random(23);

    private List<HourlyUse> uses(int hours) {
        List<HourlyUse> uses = new ArrayList<>();
        for (int hour = 0; hour < hours; hour++) {
            long calls = 80L + random.nextInt(41);
            Instant at = FROM.plusSeconds(3_600L * hour);
            uses.add(new HourlyUse(at, "cloud/big", calls, 0, calls * (900 + random.nextInt(201)), 100 * calls, calls));
            uses.add(new HourlyUse(at, "home/small", 50, 0, 0, 5_000, 50));
        }
        return uses;
    }

    @Test
    void atTwiceTheLoadItCostsTwiceAsMuch() {
        Projection found = Projection.of(uses(48), FROM, FROM.plusSeconds(48 * 3_600), List.of(1.0, 2.0));

        assertThat(found.by()).isEqualTo("hour");
        Projection.Load now = found.loads().getFirst();
        Projection.Load twice = found.loads().getLast();
        assertThat(now.microsPerDay().expected()).isEqualTo(24 * 100_000.0, within(120_000.0));
        assertThat(now.microsPerDay().low()).isLessThan(now.microsPerDay().expected());
        assertThat(now.microsPerDay().high()).isGreaterThan(now.microsPerDay().expected());
        assertThat(twice.microsPerMonth().expected()).isEqualTo(60 * now.microsPerDay().expected(), within(1e-3));
        assertThat(twice.callsPerHour()).isEqualTo(2 * now.callsPerHour(), within(1e-9));
        assertThat(found.models()).extracting(Projection.Model::model).containsExactly("cloud/big", "home/small");
        assertThat(requireNonNull(found.models().getFirst().microsPerCall()).expected()).isEqualTo(1_000, within(30.0));
        assertThat(requireNonNull(found.models().getLast().microsPerCall()).expected()).isZero();
    }

    @Test
    void theIntervalHoldsWhatTheNextDaysCostAsOftenAsItSays() {
        int held = 0;
        int rounds = 100;
        for (int round = 0; round < rounds; round++) {
            Projection.Range day = Projection.of(uses(48), FROM, FROM.plusSeconds(48 * 3_600), List.of(1.0)).loads()
                    .getFirst().microsPerDay();
            held += day.low() <= 2_400_000 && 2_400_000 <= day.high() ? 1 : 0;
        }
        assertThat(held).isBetween(86, 100);
    }

    @Test
    void hoursWithoutCallsCount() {
        List<HourlyUse> uses = uses(24);
        Projection found = Projection.of(uses, FROM, FROM.plusSeconds(48 * 3_600), List.of(1.0));

        assertThat(found.loads().getFirst().callsPerHour()).isEqualTo(75, within(5.0));
        assertThat(found.hours()).isEqualTo(48);
    }

    @Test
    void fromAWeekOnDaysAreDrawn() {
        assertThat(Projection.of(uses(24 * 8), FROM, FROM.plusSeconds(24 * 8 * 3_600), List.of(1.0)).by())
                .isEqualTo("day");
    }

    @Test
    void ofTooFewHoursNothingIsForetold() {
        Projection found = Projection.of(uses(5), FROM, FROM.plusSeconds(48 * 3_600), List.of(1.0));

        assertThat(found.loads()).isEmpty();
        assertThat(found.models()).isEmpty();
        assertThat(found.notes()).singleElement().asString().contains("5 hours").contains("takes 12");
    }

    @Test
    void whatHasNoPriceIsToldAndLeftOut() {
        List<HourlyUse> uses = uses(24);
        uses.add(new HourlyUse(FROM, "cloud/new", 7, 7, 0, 10, 10));
        Projection found = Projection.of(uses, FROM, FROM.plusSeconds(24 * 3_600), List.of(1.0));

        assertThat(found.notes()).anySatisfy(note -> assertThat(note).startsWith("7 calls have no known price"));
        assertThat(found.models()).filteredOn(each -> each.model().equals("cloud/new"))
                .singleElement().extracting(Projection.Model::microsPerCall).isNull();
    }
}
