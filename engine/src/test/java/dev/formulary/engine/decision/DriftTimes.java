package dev.formulary.engine.decision;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// How long answers take, failovers included, while latency and errors of four providers drift: chosen by the gateway's
/// decision, always by the same provider first (the best of the four in hindsight, for each percentile by itself), in turns,
/// and by an oracle that knows each provider's median latency and error rate of the moment.
///
/// usage: DriftTimes [SEEDS [FIRST]]     (20 from 1)
final class DriftTimes {
    private DriftTimes() {}

    /// Percentiles of one seed, in milliseconds.
    record Times(double ours, double fixed, double turns, double oracle) {}

    static double percentile(double[] millis, double percent) {
        double[] sorted = millis.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.ceil(sorted.length * percent / 100) - 1];
    }

    /// The median and the 95th percentile for a seed.
    static Times[] of(long seed, double balance) {
        double[] ours = new DriftRun(seed, balance).run(DriftRun::decided);
        double[] turns = new DriftRun(seed, balance).run(DriftRun::turn);
        double[] oracle = new DriftRun(seed, balance).run(DriftRun::best);
        double[][] fixed = IntStream.range(0, DriftingProviders.COUNT)
                .mapToObj(provider -> new DriftRun(seed, balance).run(_ -> DriftRun.from(provider)))
                .toArray(double[][]::new);
        return new Times[]{times(50, ours, fixed, turns, oracle), times(95, ours, fixed, turns, oracle)};
    }

    private static Times times(double percent, double[] ours, double[][] fixed, double[] turns, double[] oracle) {
        return new Times(percentile(ours, percent), Arrays.stream(fixed).mapToDouble(each -> percentile(each, percent))
                .min().orElseThrow(), percentile(turns, percent), percentile(oracle, percent));
    }

    /// Prints a table for callers who want fast answers (balance 0), and one for callers who say nothing, for whom load and
    /// price weigh more.
    public static void main(String[] args) {
        int seeds = args.length > 0 ? Integer.parseInt(args[0]) : 20;
        int first = args.length > 1 ? Integer.parseInt(args[1]) : 1;
        for (double balance : new double[]{0, -1}) {
            System.out.println(balance < 0 ? "callers say nothing" : "callers want fast answers (balance 0)");
            Times[][] all = IntStream.range(first, first + seeds).mapToObj(seed -> of(seed, balance))
                    .toArray(Times[][]::new);
            table(50, Arrays.stream(all).map(each -> each[0]).toArray(Times[]::new));
            table(95, Arrays.stream(all).map(each -> each[1]).toArray(Times[]::new));
        }
    }

    private static void table(int percent, Times[] times) {
        System.out.printf(
                "p%d of total time, mean of %d seeds: ours %.0f ms, best fixed %.0f, turns %.0f, oracle %.0f%n",
                percent, times.length, mean(times, Times::ours), mean(times, Times::fixed), mean(times, Times::turns),
                mean(times, Times::oracle));
        ratio("ours / best fixed", Arrays.stream(times).mapToDouble(each -> each.ours() / each.fixed()).toArray());
        ratio("ours / turns", Arrays.stream(times).mapToDouble(each -> each.ours() / each.turns()).toArray());
        ratio("ours / oracle", Arrays.stream(times).mapToDouble(each -> each.ours() / each.oracle()).toArray());
    }

    private static double mean(Times[] times, ToDoubleFunction<Times> which) {
        return Arrays.stream(times).mapToDouble(which).average().orElseThrow();
    }

    /// The mean and its 95 % interval by the bootstrap: the 2.5th and 97.5th percentile of the means of 10,000 samples drawn
    /// with replacement (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13).
    private static void ratio(String name, double[] ratios) {
        var random = new SplittableRandom(42);
        double[] means = new double[10_000];
        for (int i = 0; i < means.length; i++) {
            means[i] = random.ints(ratios.length, 0, ratios.length).mapToDouble(at -> ratios[at]).average()
                    .orElseThrow();
        }
        System.out.printf("  %-18s %.3f  [%.3f, %.3f]  worst %.3f%n", name, Arrays.stream(ratios).average()
                .orElseThrow(), percentile(means, 2.5), percentile(means, 97.5),
                Arrays.stream(ratios).max()
                        .orElseThrow());
    }
}
