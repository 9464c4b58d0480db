package dev.formulary.engine.statistics;

import dev.formulary.engine.facts.Baseline;
import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.facts.Samples;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Finds what is usual. Who asks leaves out the sample that is to be judged, so that it can't hide itself: a spike ten times as
/// high deviates ten times as much, without a bound.
///
/// The spread has a floor, so that it is never 0 and a constant series can be judged too: 1 % of the median, since what moves by
/// less is no news, and the metric's [Resolution], since the median may be 0.
public final class Baselines {
    /// The fewest samples: the spread that so few give is right to a quarter or so.
    public static final int LEAST = 20;
    private static final double RELATIVE_FLOOR = 0.01;
    private static final long DAY = 86_400_000;
    private static final long NEAR = 1_800_000;
    private static final int DAYS = 5;

    private Baselines() {}

    /// From what was measured of whatever.
    ///
    /// @param past without the sample that is to be judged
    /// @param version counts how often the baseline was established anew, from 1
    /// @return null when there are fewer than [#LEAST]
    public static @Nullable Baseline of(Samples past, int version) {
        return of(past.values(), version, Resolution.UNKNOWN);
    }

    /// From what was measured of a metric.
    ///
    /// @param past without the sample that is to be judged
    /// @return null when there are fewer than [#LEAST]
    public static @Nullable Baseline of(Metric metric, Samples past, int version) {
        return of(past.values(), version, Resolution.of(metric));
    }

    /// From what was measured at the same time of the day, half an hour before to half an hour after, where that is known of
    /// five earlier days or more; else from all. What comes by the hour, such as a nightly backup, is usual then.
    ///
    /// @param past of some days, without the sample that is to be judged
    /// @param now when that was measured
    /// @return null when there are fewer than [#LEAST]
    public static @Nullable Baseline at(Metric metric, Samples past, Instant now, int version) {
        double[] near = new double[past.size()];
        int found = 0;
        int days = 0;
        long last = Long.MIN_VALUE;
        for (int i = 0; i < past.size(); i++) {
            long ago = now.toEpochMilli() - past.time(i);
            long day = Math.floorDiv(ago + DAY / 2, DAY);
            if (day >= 1 && Math.abs(ago - day * DAY) <= NEAR) {
                near[found++] = past.value(i);
                days += day == last ? 0 : 1;
                last = day;
            }
        }
        return days >= DAYS && found >= LEAST
                ? of(Arrays.copyOf(near, found), version, Resolution.of(metric))
                : of(metric, past, version);
    }

    private static @Nullable Baseline of(double[] values, int version, double floor) {
        if (values.length < LEAST) {
            return null;
        }
        double median = Robust.median(values);
        double spread = Math.max(Robust.spread(values, median), Math.max(floor, RELATIVE_FLOOR * Math.abs(median)));
        return new Baseline(median, spread, values.length, version);
    }
}
