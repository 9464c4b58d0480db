package dev.formulary.engine.grid;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.admission.Window.Size;
import dev.formulary.engine.admission.Window.Slot;
import dev.formulary.engine.grid.CountStep.Before;
import dev.formulary.engine.grid.CountStep.Share;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CountStepTest {
    private static final Size MINUTE = new Size(10, 0, 60_000);
    private static final Share ALL = new Share(3, 3);
    private static final long SLOT = 600;

    private static CountStep wants(long process, long number, long millis, Long... wants) {
        return new CountStep(process, number, millis, MINUTE, ALL, null, List.of(), List.of(), 0, 0, List.of(wants));
    }

    private static CountStep back(long process, long number, long millis, Slot... back) {
        return new CountStep(process, number, millis, MINUTE, ALL, null, List.of(), List.of(back), 0, 0, List.of());
    }

    private static CountStep before(long process, long life, Slot... slots) {
        return new CountStep(process, 1, 60_000, MINUTE, ALL, new Before(life, 100 + process, List.of(slots)),
                List.of(), List.of(), 0, 0, List.of());
    }

    @Test
    void grantsEachWantThatFits() {
        Counts counts = wants(1, 1, 60_000, 4L, 7L, 5L, 2L, 1L).on(null);

        assertThat(counts.row(1).granted()).isEqualTo(0b10101);
        assertThat(counts.used()).isEqualTo(10);
        assertThat(counts.totals()).containsExactly(new Slot(100, 10));
    }

    @Test
    void aStepThatComesAgainDoesNothing() {
        Counts once = back(1, 2, 60_000, new Slot(100, 3)).on(wants(1, 1, 60_000, 8L).on(null));

        assertThat(once.used()).isEqualTo(5);
        assertThat(back(1, 2, 60_000, new Slot(100, 3)).on(once)).isEqualTo(once);
        assertThat(wants(1, 1, 60_000, 8L).on(once)).isEqualTo(once);
    }

    @Test
    void whatAProcessKnowsThatItTookIsCountedAgainWhereItWasLost() {
        Counts lost = wants(2, 1, 60_000, 3L).on(null);
        var again = new CountStep(1, 7, 60_600, MINUTE, ALL, null, List.of(new Slot(100, 4)), List.of(), 0, 0,
                List.of(4L, 3L));

        assertThat(again.on(lost).row(1).granted()).isEqualTo(0b10);
        assertThat(again.on(lost).used()).isEqualTo(10);
        assertThat(again.on(wants(1, 6, 60_000, 4L).on(lost)).used()).as("where it was not").isEqualTo(10);
    }

    @Test
    void nobodyGivesBackWhatAnotherTook() {
        Counts counts = wants(1, 1, 60_000, 8L).on(null);

        assertThat(back(2, 1, 60_000, new Slot(100, 3)).on(counts).used()).isEqualTo(8);
    }

    @Test
    void whatWasTakenIsFreeWhenThePeriodAndWhatMakesUpForDelaysAreOver() {
        Counts counts = wants(1, 1, 60_000, 10L).on(null);
        long free = 60_000 + 103 * SLOT;

        assertThat(counts.at(free - 1, MINUTE, 10).used()).isEqualTo(10);
        assertThat(counts.at(free, MINUTE, 10).used()).isZero();
        assertThat(wants(2, 1, 60_000 + 100 * SLOT, 1L).on(counts).row(2).granted()).isZero();
        assertThat(wants(2, 1, free, 10L).on(counts).row(2).granted()).isEqualTo(1);
    }

    @Test
    void timeDoesNotGoBackWhenAClockIsBehind() {
        Counts counts = wants(2, 1, 10_000, 1L).on(wants(1, 1, 60_000, 1L).on(null));

        assertThat(counts.millis()).isEqualTo(60_000);
        assertThat(counts.totals()).containsExactly(new Slot(100, 2));
    }

    @Test
    void aBurstIsRefilledEvenlyAndSharedByHeads() {
        var size = new Size(60, 6, 60_000);
        var third = new Share(1, 3);
        Counts full = new CountStep(1, 1, 60_000, size, ALL, null, List.of(), List.of(), 0, 0, List.of(6L, 1L))
                .on(null);
        assertThat(full.row(1).granted()).isEqualTo(1);

        assertThat(new CountStep(1, 2, 60_999, size, ALL, null, List.of(), List.of(), 0, 0, List.of(1L)).on(full).row(1)
                .granted())
                .isZero();
        assertThat(
                new CountStep(1, 2, 61_000, size, ALL, null, List.of(), List.of(), 0, 0, List.of(1L, 1L)).on(full)
                        .row(1)
                        .granted())
                .isEqualTo(1);
        assertThat(
                new CountStep(1, 1, 60_000, size, third, null, List.of(), List.of(), 0, 0, List.of(2L, 1L)).on(null)
                        .row(1)
                        .granted())
                .isEqualTo(1);
    }

    @Test
    void ofWhatNodesKeptOfAnEarlierLifeTheMostCounts() {
        Counts first = before(1, 7, new Slot(90, 3), new Slot(95, 2)).on(null);
        Counts both = before(2, 7, new Slot(90, 2), new Slot(95, 4)).on(first);

        assertThat(first.life()).isEqualTo(101);
        assertThat(both.totals()).containsExactly(new Slot(90, 3), new Slot(95, 4));
        assertThat(before(3, 101, new Slot(90, 9)).on(both).totals()).as("of this life").isEqualTo(both.totals());
        assertThat(before(4, 7, new Slot(500, 1)).on(null).totals()).as("of the future")
                .containsExactly(new Slot(100, 1));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void partsThatWereApartHaveAllThatBothCounted(long seed) {
        Random random = new Random(seed);
        Counts common = wants(2, 1, 60_000, 1L, 1L).on(wants(1, 1, 60_000, 1L, 2L).on(null));
        List<Long> taken = new ArrayList<>();
        Counts one = apart(common, 1, new Share(1, 2), random, taken);
        Counts other = apart(common, 2, new Share(1, 2), random, taken);

        Counts merged = Counts.merged(one, other);

        long all = common.used() + taken.stream().mapToLong(Long::longValue).sum();
        assertThat(merged.used()).isEqualTo(all).isLessThanOrEqualTo(MINUTE.limit());
        assertThat(Counts.merged(other, one).totals()).isEqualTo(merged.totals());
        assertThat(Counts.merged(merged, one).totals()).isEqualTo(merged.totals());
    }

    private static Counts apart(Counts common, long process, Share share, Random random, List<Long> taken) {
        Counts counts = common;
        for (int number = 2; number < 8; number++) {
            long want = 1L + random.nextInt(2);
            counts = new CountStep(process, number, 60_000 + random.nextInt(2_000), MINUTE, share, null, List.of(),
                    List.of(), 0, 0,
                    List.of(want)).on(counts);
            if (counts.row(process).granted() == 1) {
                taken.add(want);
            }
        }
        return counts;
    }

    @Test
    void whatIsSentIsRead() {
        var step = new CountStep(3, 4, 5, new Size(6, 7, 800), new Share(1, 2),
                new Before(8, 9, List.of(new Slot(1, 2))),
                List.of(new Slot(5, 6)), List.of(new Slot(3, 4)), 5, 2, List.of(6L, 7L));
        Counts counts = wants(1, 1, 60_000, 4L).on(before(2, 7, new Slot(90, 2)).on(null));

        assertThat(CountsCodec.step(CountsCodec.bytes(step))).isEqualTo(step);
        assertThat(CountsCodec.counts(CountsCodec.bytes(counts))).isEqualTo(counts);
    }
}
