package dev.formulary.engine.statistics;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.formulary.engine.facts.CallGroup;
import dev.formulary.engine.statistics.Difference.Interval;
import dev.formulary.engine.statistics.Difference.Verdict;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private static final double Z = 1.959963984540054;
    private static final int ROUNDS = 200;
    private final Random random = new Random(17);

    private double[] latencies(int count, double median) {
        double[] all = new double[count];
        Arrays.setAll(all, _ -> median * Math.exp(0.5 * random.nextGaussian()));
        return all;
    }

    private CallGroup side(int calls, int failed, double median, double micros) {
        double[] costs = new double[calls];
        Arrays.setAll(costs, _ -> micros * (0.5 + random.nextDouble()));
        double[] prompts = new double[calls];
        Arrays.setAll(prompts, _ -> 100 + random.nextInt(100));
        return new CallGroup(calls, failed, latencies(calls, median), costs, prompts);
    }

    @Test
    void aClearDifferenceIsShownWithItsInterval() {
        Comparison found = Comparison.of(side(400, 40, 900, 500), side(400, 4, 450, 400));

        assertThat(found.differences()).extracting(Difference::measure).containsExactly("latency", "cost", "failures");
        assertThat(found.differences()).extracting(Difference::verdict).containsOnly(Verdict.B_BETTER);
        Difference latency = found.differences().getFirst();
        assertThat(latency.a()).isEqualTo(900, within(90.0));
        assertThat(latency.high()).isNegative();
        assertThat(latency.p()).isLessThan(1e-6);
        assertThat(requireNonNull(latency.needed())).isBetween(30L, 100L);
        assertThat(found.differences().get(2).difference()).isEqualTo(-0.09, within(1e-9));
    }

    @Test
    void theOtherWayRoundItIsTheOther() {
        Comparison found = Comparison.of(side(400, 4, 450, 400), side(400, 40, 900, 500));

        assertThat(found.differences()).extracting(Difference::verdict).containsOnly(Verdict.A_BETTER);
    }

    @Test
    void withFewCallsNothingIsClaimed() {
        Comparison found = Comparison.of(side(29, 20, 9_000, 500), side(400, 0, 450, 4));

        assertThat(found.differences()).allSatisfy(each -> {
            assertThat(each.verdict()).isEqualTo(Verdict.TOO_FEW);
            assertThat(each.p()).isNull();
            assertThat(each.low()).isNull();
            assertThat(each.countA()).isEqualTo(29);
        });
        Comparison empty = Comparison.of(new CallGroup(0, 0, new double[0], new double[0], new double[0]),
                side(400, 0, 450, 4));
        assertThat(empty.differences()).extracting(Difference::a).containsOnlyNulls();
    }

    @Test
    void ofTheSameKindADifferenceIsClaimedAsSeldomAsItSays() {
        int[] claimed = new int[3];
        for (int round = 0; round < ROUNDS; round++) {
            Comparison found = Comparison.of(side(60, random.nextInt(6), 900, 500),
                    side(60, random.nextInt(6), 900, 500));
            for (int i = 0; i < 3; i++) {
                Difference each = found.differences().get(i);
                if (each.verdict() != Verdict.NOT_SHOWN) {
                    claimed[i]++;
                    assertThat(requireNonNull(each.low()) > 0 || requireNonNull(each.high()) < 0).isTrue();
                }
            }
        }
        assertThat(claimed[0]).isLessThan(ROUNDS / 10);
        assertThat(claimed[1]).isLessThan(ROUNDS / 10);
        assertThat(claimed[2]).isLessThan(ROUNDS / 10);
    }

    @Test
    void callsThatAreNotAlikeAreTold() {
        double[] few = latencies(200, 100);
        double[] many = latencies(200, 4_000);
        Comparison unlike = Comparison.of(new CallGroup(200, 0, few, few, few), new CallGroup(200, 0, few, few, many));

        assertThat(unlike.notes()).anySatisfy(note -> assertThat(note).contains("not alike"));
        assertThat(Comparison.of(new CallGroup(200, 0, few, few, few), new CallGroup(200, 0, few, few, few)).notes())
                .noneSatisfy(note -> assertThat(note).contains("not alike"));
    }

    @Test
    void theShiftIsTheMiddleOfAllDifferences() {
        for (int round = 0; round < ROUNDS; round++) {
            double[] a = random.ints(2 + random.nextInt(20), 0, 9).asDoubleStream().toArray();
            double[] b = random.doubles(2 + random.nextInt(20), 0, 9).toArray();
            double[] all = Arrays.stream(b).flatMap(up -> Arrays.stream(a).map(down -> up - down)).sorted().toArray();
            int half = all.length / 2;
            Interval found = new Shift(a, b).interval(Z);

            assertThat(found.middle()).isEqualTo(all.length % 2 == 1 ? all[half] : (all[half - 1] + all[half]) / 2,
                    within(1e-9));
            assertThat(found.low()).isBetween(all[0] - 1e-9, found.middle());
            assertThat(found.high()).isBetween(found.middle(), all[all.length - 1] + 1e-9);
            Interval turned = new Shift(b, a).interval(Z);
            assertThat(turned.low()).isEqualTo(-found.high(), within(1e-9));
        }
    }

    @Test
    void theIntervalsHoldTheTruthAsOftenAsTheySay() {
        int shifts = 0;
        int means = 0;
        int shares = 0;
        for (int round = 0; round < ROUNDS; round++) {
            double[] a = latencies(50, 100);
            double[] b = Arrays.stream(latencies(50, 100)).map(value -> value + 7).toArray();
            shifts += holds(new Shift(a, b).interval(Z), 7);
            means += holds(Means.difference(a, b), 7);
            shares += holds(Proportions.difference(some(80, 0.1), 80, some(60, 0.25), 60, Z), 0.15);
        }
        assertThat(shifts).isBetween(182, 200);
        assertThat(means).isBetween(178, 200);
        assertThat(shares).isBetween(182, 200);
    }

    private int some(int of, double share) {
        return (int) random.doubles(of).filter(value -> value < share).count();
    }

    private static int holds(Interval interval, double truth) {
        return interval.low() <= truth && truth <= interval.high() ? 1 : 0;
    }

    /// Newcombe 1998, table II, the first case: 56/70 less 48/80 is 0.2, from 0.0524 to 0.3339.
    @Test
    void aPublishedDifferenceOfShares() {
        Interval found = Proportions.difference(48, 80, 56, 70, Z);

        assertThat(found.middle()).isEqualTo(0.2, within(1e-9));
        assertThat(found.low()).isEqualTo(0.0524, within(5e-5));
        assertThat(found.high()).isEqualTo(0.3339, within(5e-5));
    }

    @Test
    void theSameNumbersGiveTheSameResult() {
        CallGroup a = side(100, 5, 900, 500);
        CallGroup b = side(100, 9, 950, 480);

        assertThat(Comparison.of(a, b)).isEqualTo(Comparison.of(a, b));
    }
}
