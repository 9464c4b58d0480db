package dev.formulary.engine.vitals;

import dev.formulary.engine.facts.Baseline;
import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.facts.Samples;
import dev.formulary.engine.facts.Signal;
import dev.formulary.engine.facts.Trend;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One metric of one resource: the last hour as it was measured, medians of seven days, what is usual and where it goes. Not
/// thread-safe. Times are milliseconds of the epoch.
final class Series {
    static final long HOUR = 3_600_000;
    private static final long MINUTE = 60_000;
    /// Names, objects and what was found, about.
    private static final long ITSELF = 500;
    /// What lies less far back says nothing about what is usual: it may be what is to be found out.
    private static final long NEWEST_LEFT_OUT = 2 * PastMedians.STEP;
    private static final long SLOW_HOURS = 6 * HOUR;
    /// As few say nothing about hours.
    private static final int FEW = 12;
    /// What fills up, over hours.
    private static final Set<Metric> SLOW = EnumSet.of(Metric.HOST_DISK, Metric.HOST_MEMORY, Metric.HOST_SWAP,
            Metric.GPU_MEMORY, Metric.GATEWAY_MEMORY, Metric.GATEWAY_HEAP, Metric.BUDGET_USED);

    private final Key key;
    private final RecentValues recent;
    private final PastMedians past = new PastMedians();
    private long span = -1;
    private int version = 1;
    private long since;
    private @Nullable Baseline baseline;
    private @Nullable Trend trend;
    private long baselineDue;
    private long trendDue;

    /// Which one.
    record Key(Metric metric, String resource) {}

    /// @param most how many values an hour has
    Series(Key key, int most) {
        this.key = key;
        recent = new RecentValues(most, HOUR);
    }

    Key key() {
        return key;
    }

    long newest() {
        return recent.newest();
    }

    /// How much memory it takes, about.
    long bytes() {
        return ITSELF + recent.bytes() + past.bytes();
    }

    void add(long at, double value) {
        recent.forgetFrom(at);
        long now = Math.floorDiv(at, PastMedians.STEP);
        if (span >= 0 && now != span) {
            past.put(span, recent.median(span * PastMedians.STEP, (span + 1) * PastMedians.STEP));
        }
        span = now;
        recent.add(at, value);
    }

    /// Takes what was measured before a restart.
    ///
    /// @param medians each within its five minutes
    void restore(Samples values, Samples medians) {
        for (int i = 0; i < medians.size(); i++) {
            past.put(Math.floorDiv(medians.time(i), PastMedians.STEP), medians.value(i));
        }
        for (int i = 0; i < values.size(); i++) {
            add(values.time(i), values.value(i));
        }
    }

    void restore(int wasVersion, long wasSince, @Nullable Baseline was) {
        version = wasVersion;
        since = wasSince;
        baseline = was;
    }

    /// What was usual does not count any more.
    void anew(long now) {
        version++;
        since = now;
        baseline = null;
        baselineDue = now;
    }

    int version() {
        return version;
    }

    long since() {
        return since;
    }

    @Nullable
    Baseline baseline() {
        return baseline;
    }

    boolean baselineIsDue(long now) {
        return now >= baselineDue;
    }

    /// @param next how soon it is due again
    void findBaseline(SignalBook.Baselines by, long now, long next) {
        baselineDue = now + next;
        Samples usual = past.between(since, now - NEWEST_LEFT_OUT);
        // what was found before a restart stands until something is found again
        Baseline found = usual.size() == 0 ? null : by.of(key.metric(), usual, Instant.ofEpochMilli(now), version);
        baseline = found == null ? baseline : found;
    }

    boolean trendIsDue(long now) {
        return now >= trendDue;
    }

    void findTrend(SignalBook.Trends by, long now, long next) {
        trendDue = now + next;
        Samples way = way(now);
        trend = way.size() == 0 ? null : by.of(key.metric(), way);
    }

    private Samples way(long now) {
        if (SLOW.contains(key.metric())) {
            Samples hours = past.between(now - SLOW_HOURS, now);
            if (hours.size() >= FEW) {
                return hours;
            }
        }
        return recent.newest() < now - HOUR ? Samples.NONE : recent.medians(now - HOUR, MINUTE);
    }

    /// @param back with what was measured in so many milliseconds before, and the newest in any case
    Signal signal(Instant now, long back) {
        return new Signal(key.metric(), key.resource(), now, recent.since(now.toEpochMilli() - back), baseline, trend);
    }
}
