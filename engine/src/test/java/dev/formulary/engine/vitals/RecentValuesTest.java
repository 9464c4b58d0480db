package dev.formulary.engine.vitals;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.Samples;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class RecentValuesTest {
    private static final long START = 1_800_000_000_000L;

    private static Map<Long, Double> map(Samples samples) {
        var all = new TreeMap<Long, Double>();
        IntStream.range(0, samples.size()).forEach(i -> all.put(samples.time(i), samples.value(i)));
        return all;
    }

    @Test
    void holdsWhatAListWouldHold() {
        var random = new SplittableRandom(7);
        for (int round = 0; round < 50; round++) {
            int most = 2 + random.nextInt(60);
            var recent = new RecentValues(most, 100_000);
            var expected = new TreeMap<Long, Double>();
            long at = START;
            for (int i = 0; i < 300; i++) {
                at += random.nextInt(50) == 0 ? 5_000_000_000L : 1 + random.nextInt(8_000);
                double value = random.nextInt(1_000) / 1_000.0;
                recent.add(at, value);
                expected.put(at, value);
                long now = at;
                expected.keySet().removeIf(each -> each < now - 100_000);
                while (expected.size() > most) {
                    expected.pollFirstEntry();
                }
                assertThat(map(recent.since(Long.MIN_VALUE))).isEqualTo(expected);
                long from = at - random.nextInt(120_000);
                assertThat(map(recent.since(from))).isEqualTo(expected.tailMap(Math.min(from, at), true));
            }
        }
    }

    @Test
    void theNewestStaysAndNothingIsOutOfOrder() {
        var recent = new RecentValues(10, 1_000);
        recent.add(START, 1);
        recent.add(START, 2);
        recent.add(START - 5, 3);
        assertThat(map(recent.since(START + 1_000_000))).containsExactly(Map.entry(START, 1.0));
        recent.add(START + 50, 4);
        recent.forgetFrom(START + 50);
        assertThat(recent.newest()).isEqualTo(START);
        recent.forgetFrom(0);
        assertThat(recent.since(0).size()).isZero();
        assertThat(recent.newest()).isEqualTo(Long.MIN_VALUE);
    }

    @Test
    void aThresholdIsMetAsItWasMeant() {
        for (int i = 0; i <= 10_000; i++) {
            double share = i / 10_000.0;
            assertThat(RecentValues.digits((float) share)).isEqualTo(share);
        }
        assertThat(RecentValues.digits(12_345.5f)).isEqualTo(12_345.5);
        assertThat(RecentValues.digits(1e-9f)).isPositive();
        assertThat(RecentValues.digits((float) 6e11)).isCloseTo(6e11, Percentage.withPercentage(1e-4));
    }

    @Test
    void mediansAreThoseOfTheirSpansAndGapsAreGaps() {
        var recent = new RecentValues(1_000, 3_600_000);
        for (int i : new int[]{0, 1, 2, 3, 30, 31, 32}) {
            recent.add(60_000L * 100 + i * 10_000L, i);
        }

        assertThat(map(recent.medians(0, 60_000))).containsExactly(Map.entry(60_000L * 100 + 30_000, 1.5),
                Map.entry(60_000L * 105 + 30_000, 31.0));
        assertThat(recent.median(0, 60_000)).isNaN();
    }

    @Test
    void pastMediansHoldSevenDaysWithGaps() {
        var random = new SplittableRandom(9);
        for (int round = 0; round < 20; round++) {
            var past = new PastMedians();
            var expected = new TreeMap<Long, Double>();
            long number = 6_000_000;
            for (int i = 0; i < 600; i++) {
                number += random.nextInt(100) == 0 ? random.nextInt(3_000) : 1 + random.nextInt(10);
                double value = random.nextInt(100);
                past.put(number, value);
                past.put(number - 1, -5);
                expected.put(number * PastMedians.STEP + PastMedians.STEP / 2, value);
                long first = (number - PastMedians.MOST + 1) * PastMedians.STEP;
                expected.keySet().removeIf(each -> each < first);
            }
            assertThat(map(past.between(0, Long.MAX_VALUE))).isEqualTo(expected);
            long from = expected.firstKey() + 100 * PastMedians.STEP;
            long end = expected.lastKey() - 10 * PastMedians.STEP;
            assertThat(map(past.between(from, end))).isEqualTo(expected.subMap(from + PastMedians.STEP / 2, true,
                    end - PastMedians.STEP / 2, true));
        }
    }
}
