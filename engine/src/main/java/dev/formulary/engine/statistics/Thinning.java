package dev.formulary.engine.statistics;

import dev.formulary.engine.facts.Samples;
import java.util.Arrays;

/// Makes many samples few, so that what compares each with each has a bounded cost: the time they span is cut into equal blocks,
/// and each becomes the median of its values at the mean of its times. What a block has of noise gets less by it, and what ties a
/// sample to the one before; a gap stays a gap.
final class Thinning {
    private Thinning() {}

    /// @param most how many may be left
    static Samples of(Samples samples, int most) {
        int size = samples.size();
        if (size <= most) {
            return samples;
        }
        long first = samples.time(0);
        double width = (samples.time(size - 1) - first + 1) / (double) most;
        long[] times = new long[most];
        double[] values = new double[most];
        int blocks = 0;
        for (int i = 0; i < size; blocks++) {
            int block = block(samples.time(i), first, width);
            int from = i;
            double sum = 0;
            while (i < size && block(samples.time(i), first, width) == block) {
                sum += samples.time(i++) - first;
            }
            times[blocks] = first + (long) (sum / (i - from));
            double[] inside = new double[i - from];
            for (int j = from; j < i; j++) {
                inside[j - from] = samples.value(j);
            }
            values[blocks] = Robust.median(inside);
        }
        return new Samples(Arrays.copyOf(times, blocks), Arrays.copyOf(values, blocks));
    }

    private static int block(long time, long first, double width) {
        return (int) ((time - first) / width);
    }
}
