package dev.formulary.engine.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.formulary.engine.facts.Budget.Outlook;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForecastTest {
    private static final long HOUR = 3_600_000;

    private static List<Window.Slot> slots(long from, long to, long each) {
        return LongStream.range(from, to).mapToObj(slot -> new Window.Slot(slot, each)).toList();
    }

    @ParameterizedTest
    @CsvSource({"3, 2.353", "4, 2.132", "5, 2.015", "10, 1.812", "20, 1.725", "60, 1.671", "100, 1.660"})
    void knowsStudentsDistribution(int freedom, double percentile) {
        assertThat(Forecast.student(freedom)).isCloseTo(percentile, within(percentile * 0.004));
    }

    @Test
    void evenSpendingIsForeseenExactly() {
        Outlook outlook = new Forecast(slots(0, 10, 100), 0, 10, HOUR).outlook(1_000, 2_000, 14 * HOUR);

        assertThat(outlook).isEqualTo(new Outlook(10, 10, 10, 2_400, 2_400, 2_400));
    }

    @Test
    void whatIsUsedUpIsUsedUpNow() {
        assertThat(new Forecast(slots(0, 10, 100), 0, 10, HOUR).outlook(1_000, 1_000, HOUR).hours()).isZero();
    }

    @Test
    void withoutSpendingNoEndIsInSight() {
        assertThat(new Forecast(List.of(), 0, 10, HOUR).outlook(0, 1_000, 14 * HOUR))
                .isEqualTo(new Outlook(-1, -1, -1, 0, 0, 0));
    }

    @Test
    void ofTooFewSlotsNothingIsSaid() {
        assertThat(new Forecast(slots(7, 10, 100), 7, 10, HOUR).outlook(300, 1_000, HOUR)).isEqualTo(Outlook.UNKNOWN);
        assertThat(new Forecast(slots(6, 10, 100), 6, 10, HOUR).outlook(400, 1_000, HOUR).known()).isTrue();
    }

    @Test
    void theSlotThatHasBegunDoesNotCountForTheRate() {
        List<Window.Slot> slots = new ArrayList<>(slots(0, 10, 100));
        slots.add(new Window.Slot(10, 5));
        assertThat(new Forecast(slots, 0, 10, HOUR).outlook(1_005, 2_005, HOUR).hours()).isEqualTo(10);
    }

    @Test
    void burstsMakeTheIntervalWiderAndMayLeaveItOpen() {
        Outlook bursts = new Forecast(List.of(new Window.Slot(3, 400), new Window.Slot(8, 600)), 0, 10, HOUR)
                .outlook(1_000, 2_000, 14 * HOUR);

        assertThat(bursts.hours()).isEqualTo(10);
        assertThat(bursts.hoursLow()).isBetween(2.0, 9.0);
        assertThat(bursts.hoursHigh()).as("it may be long").satisfiesAnyOf(high -> assertThat(high).isEqualTo(-1),
                high -> assertThat(high).isGreaterThan(20));
        assertThat(bursts.endLow()).isGreaterThanOrEqualTo(1_000).isLessThan(bursts.end());
        assertThat(bursts.endHigh()).isGreaterThan(bursts.end());
    }

    @Test
    void whatRollsLosesWhatWasSpentASpanAgo() {
        // 100 slots of 10 each: what drops out is what comes in
        assertThat(new Forecast(slots(0, 100, 10), 0, 100, HOUR).outlook(1_000, 1_100, -1))
                .isEqualTo(new Outlook(-1, -1, -1, 1_000, 1_000, 1_000));
        // spent in the latest half only: it doubles
        assertThat(new Forecast(slots(50, 100, 10), 50, 100, HOUR).outlook(500, 800, -1))
                .isEqualTo(new Outlook(30, 30, 30, 1_000, 1_000, 1_000));
    }

    /// Calls come by chance and each costs by chance, as vendors bill them.
    private static long spend(Random random, double perSlot) {
        long spent = 0;
        for (double at = -Math.log(random.nextDouble()) / perSlot; at < 1; at -= Math.log(random.nextDouble())
                / perSlot) {
            spent += Math.round(-1_000 * Math.log(random.nextDouble()));
        }
        return spent;
    }

    @Test
    void nineOfTenPeriodsEndWithinTheInterval() {
        var random = new Random(11);
        int inside = 0;
        int inTime = 0;
        int rounds = 4_000;
        for (int i = 0; i < rounds; i++) {
            double perSlot = 1 + random.nextInt(12);
            int known = 8 + random.nextInt(40);
            List<Window.Slot> slots = new ArrayList<>();
            long taken = 0;
            for (int slot = 0; slot < known; slot++) {
                slots.add(new Window.Slot(slot, spend(random, perSlot)));
                taken += slots.getLast().count();
            }
            int ahead = 5 + random.nextInt(50);
            long limit = taken + Math.round(perSlot * 1_000 * ahead);
            Outlook outlook = new Forecast(slots, 0, known, HOUR).outlook(taken, limit, ahead * HOUR);
            long end = taken;
            int used = 0;
            for (int slot = 0; slot < 1_000 && (slot < ahead || used == 0); slot++) {
                long more = spend(random, perSlot);
                end += slot < ahead ? more : 0;
                taken += more;
                used = used == 0 && taken >= limit ? slot + 1 : used;
            }
            inside += end >= outlook.endLow() && end <= outlook.endHigh() ? 1 : 0;
            inTime += used >= outlook.hoursLow() && (outlook.hoursHigh() < 0 || used - 1 <= outlook.hoursHigh())
                    ? 1
                    : 0;
        }
        assertThat((double) inside / rounds).isBetween(0.87, 0.93);
        assertThat((double) inTime / rounds).isBetween(0.87, 0.95);
    }
}
