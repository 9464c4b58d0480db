package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Baseline;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.facts.Samples;
import dev.formulary.engine.facts.Signal;
import dev.formulary.engine.facts.Situation;
import dev.formulary.engine.facts.Trend;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a scenario lets rules that watch see, from tick to tick.
///
/// @param every from one tick to the next
/// @param length until the last tick
/// @param situation as it is all the while, but for the time
record Timeline(Duration every, Duration length, Situation situation, List<Candidate> candidates, List<Line> lines) {
    /// How far back a signal's recent samples go.
    private static final long RECENT_MS = Duration.ofHours(1).toMillis();

    /// A value that is reached evenly from another one.
    ///
    /// @param from NaN while nothing is measured
    /// @param millis how long it takes
    record Step(double from, double to, long millis) {
        boolean silent() {
            return Double.isNaN(from);
        }
    }

    /// One signal.
    ///
    /// @param baseline what is usual; null when that is unknown
    /// @param trend where it goes; its level is the newest value unless one is given. Null when that is unknown
    record Line(Metric metric, String resource, List<Step> steps, @Nullable Baseline baseline, @Nullable Trend trend) {

        /// How long it goes on changing.
        long millis() {
            return steps.stream().mapToLong(Step::millis).sum();
        }

        /// What is measured so long after the beginning; NaN for nothing. The last value stays.
        double value(long millis) {
            long begin = 0;
            for (Step step : steps) {
                if (millis < begin + step.millis()) {
                    return step.silent()
                            ? step.from()
                            : step.from() + (step.to() - step.from()) * (millis - begin) / step.millis();
                }
                begin += step.millis();
            }
            return steps.getLast().silent() ? Double.NaN : steps.getLast().to();
        }
    }

    int ticks() {
        return (int) (length.toMillis() / every.toMillis()) + 1;
    }

    Duration after(int tick) {
        return every.multipliedBy(tick);
    }

    /// What is seen from tick to tick; to be asked for one after the other.
    final class Seer {
        private final long[][] times = new long[lines.size()][ticks()];
        private final double[][] values = new double[lines.size()][ticks()];
        private final int[] counts = new int[lines.size()];

        Sighting at(int tick) {
            Instant now = situation.at().plus(after(tick));
            Signal[] signals = new Signal[lines.size()];
            for (int i = 0; i < signals.length; i++) {
                double value = lines.get(i).value(after(tick).toMillis());
                if (!Double.isNaN(value)) {
                    times[i][counts[i]] = now.toEpochMilli();
                    values[i][counts[i]++] = value;
                }
                signals[i] = signal(i, now);
            }
            return new Sighting(situation.with(now), candidates, List.of(signals));
        }

        private Signal signal(int i, Instant now) {
            Line line = lines.get(i);
            int first = Arrays.binarySearch(times[i], 0, counts[i], now.toEpochMilli() - RECENT_MS);
            int from = first < 0 ? -first - 1 : first;
            var recent = new Samples(Arrays.copyOfRange(times[i], from, counts[i]),
                    Arrays.copyOfRange(values[i], from, counts[i]));
            Trend trend = line.trend();
            return new Signal(line.metric(), line.resource(), now, recent, line.baseline(),
                    trend == null || !Double.isNaN(trend.level()) || recent.size() == 0
                            ? trend
                            : new Trend(recent.value(recent.size() - 1), trend.slope(), trend.slopeLow(),
                                    trend.slopeHigh(), trend.p(), trend.moving(), trend.volatility()));
        }
    }
}
