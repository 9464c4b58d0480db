package dev.formulary.engine.vitals;

import dev.formulary.engine.facts.Baseline;
import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.facts.Reading;
import dev.formulary.engine.facts.Samples;
import dev.formulary.engine.facts.Signal;
import dev.formulary.engine.facts.Trend;
import dev.formulary.engine.facts.Usual;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Notes on a tick what is measured, of every metric and resource, and knows what is usual and where it goes. What is unknown is
/// not noted: silence is silence. Thread-safe.
///
/// There are at most [#MOST] series; one that was silent for ten minutes makes room for another. A full one takes 14 KB: an hour
/// as it was measured, and medians of five minutes of seven days. What is usual and where it goes is found out for a few of them
/// on each tick.
public final class SignalBook {
    /// How many series there are at most.
    public static final int MOST = 1_500;
    private static final Logger LOG = LoggerFactory.getLogger(SignalBook.class);
    private static final long SILENT_MS = 600_000;
    private static final long BASELINE_MS = 600_000;
    private static final long TREND_MS = 60_000;
    private static final int BASELINES_A_TICK = 8;
    private static final int TRENDS_A_TICK = 128;
    private static final double SMOOTHING = 0.1;

    private final long every;
    private final Baselines baselines;
    private final Trends trends;
    private final List<Source> sources = new CopyOnWriteArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Series.Key, Series> all = new LinkedHashMap<>();
    private volatile Notebook notebook = Notebook.NONE;
    private long tickedAt = Long.MIN_VALUE;
    private volatile long lastTickNanos = -1;
    private volatile double cost;
    private boolean full;

    /// Finds what is usual. Called with at most 2,016 samples; must not block.
    @FunctionalInterface
    public interface Baselines {
        /// @param past what was measured before
        /// @param now when what is to be judged by it is measured
        /// @param version counts how often it was established anew, from 1
        /// @return null while too little is known
        @Nullable
        Baseline of(Metric metric, Samples past, Instant now, int version);
    }

    /// Finds where it goes. Called with at most 72 samples; must not block.
    @FunctionalInterface
    public interface Trends {
        /// @return null while too little is known
        @Nullable
        Trend of(Metric metric, Samples recent);
    }

    /// @param name for the log
    private record Source(String name, Supplier<List<Reading>> readings, boolean[] complained) {}

    /// @param every how often it is noted
    public SignalBook(Duration every, Baselines baselines, Trends trends) {
        this.every = every.toMillis();
        this.baselines = baselines;
        this.trends = trends;
    }

    /// From now on notes what somebody measures, too.
    ///
    /// @param name for the log
    /// @param readings must not block; what it throws is told once, and others are noted all the same
    public void from(String name, Supplier<List<Reading>> readings) {
        sources.add(new Source(name, readings, new boolean[1]));
    }

    /// Has kept what is noted from now on.
    public void into(Notebook kept) {
        notebook = kept;
    }

    /// To be called a few times a second, by one thread at a time; does something when it is time.
    public void tick(Instant now) {
        long at = now.toEpochMilli();
        // the clock may have been set back
        if (tickedAt != Long.MIN_VALUE && at >= tickedAt && at - tickedAt < every) {
            return;
        }
        tickedAt = tickedAt != Long.MIN_VALUE && at - tickedAt < 2 * every && at > tickedAt ? tickedAt + every : at;
        long begun = System.nanoTime();
        List<Reading> readings = read();
        List<Usual> found = new ArrayList<>();
        lock.lock();
        try {
            readings.forEach(each -> note(at, each));
            think(at, found);
        } finally {
            lock.unlock();
        }
        notebook.noted(at, readings);
        found.forEach(notebook::usual);
        lastTickNanos = System.nanoTime() - begun;
        double before = cost;
        cost = before == 0 ? lastTickNanos : before + SMOOTHING * (lastTickNanos - before);
    }

    private List<Reading> read() {
        var known = new LinkedHashMap<Series.Key, Reading>();
        for (Source source : sources) {
            try {
                for (Reading each : source.readings.get()) {
                    if (each.known() && known.size() < MOST) {
                        known.put(new Series.Key(each.metric(), each.resource()), each);
                    }
                }
                source.complained[0] = false;
            } catch (RuntimeException e) {
                if (!source.complained[0]) {
                    LOG.error("nothing is known of a source this time source={}", source.name, e);
                }
                source.complained[0] = true;
            }
        }
        return List.copyOf(known.values());
    }

    private void note(long at, Reading reading) {
        Series series = series(new Series.Key(reading.metric(), reading.resource()), at);
        if (series != null) {
            series.add(at, reading.value());
        }
    }

    private @Nullable Series series(Series.Key key, long now) {
        Series known = all.get(key);
        if (known == null && (all.size() < MOST || makeRoom(now))) {
            known = new Series(key, (int) (Series.HOUR / Math.max(1, every)) + 2);
            all.put(key, known);
        }
        return known;
    }

    private boolean makeRoom(long now) {
        Series silent = all.values().stream().min(Comparator.comparingLong(Series::newest)).orElse(null);
        if (silent != null && silent.newest() < now - SILENT_MS) {
            all.remove(silent.key());
            return true;
        }
        if (!full) {
            full = true;
            LOG.warn("so much is measured that not all of it can be noted most={}", MOST);
        }
        return false;
    }

    /// Only so many on each tick, so that no tick takes long.
    private void think(long now, List<Usual> found) {
        int usual = BASELINES_A_TICK;
        int ways = TRENDS_A_TICK;
        // so seldom that all get their turn
        long trendMs = Math.max(TREND_MS, all.size() * every / (TRENDS_A_TICK / 2));
        for (Series each : all.values()) {
            if (ways > 0 && each.trendIsDue(now)) {
                ways--;
                each.findTrend(trends, now, trendMs);
            }
            if (usual > 0 && each.baselineIsDue(now)) {
                usual--;
                Baseline before = each.baseline();
                each.findBaseline(baselines, now, Math.max(BASELINE_MS, all.size() * every / (BASELINES_A_TICK / 2)));
                if (each.baseline() != null && !each.baseline().equals(before)) {
                    found.add(usual(each));
                }
            }
        }
    }

    private static Usual usual(Series series) {
        return new Usual(series.key().metric(), series.key().resource(), series.version(), series.since(),
                series.baseline());
    }

    /// Everything that was measured, over time.
    public List<Signal> signals(Instant now) {
        return signals(now, Series.HOUR);
    }

    /// The same with the newest sample of each only.
    public List<Signal> latest(Instant now) {
        return signals(now, 0);
    }

    private List<Signal> signals(Instant now, long back) {
        lock.lock();
        try {
            return all.values().stream().map(each -> each.signal(now, back)).toList();
        } finally {
            lock.unlock();
        }
    }

    /// What is usual, of each series.
    public List<Usual> usual() {
        lock.lock();
        try {
            return all.values().stream().map(SignalBook::usual).toList();
        } finally {
            lock.unlock();
        }
    }

    /// Establishes anew what is usual: what was measured before does not count for it any more.
    ///
    /// @return how many series that concerns
    public int anew(Predicate<Usual> which, Instant now) {
        List<Usual> changed = new ArrayList<>();
        lock.lock();
        try {
            for (Series each : all.values()) {
                if (which.test(usual(each))) {
                    each.anew(now.toEpochMilli());
                    changed.add(usual(each));
                }
            }
        } finally {
            lock.unlock();
        }
        changed.forEach(notebook::usual);
        return changed.size();
    }

    /// Forgets the series of a metric of which the resource is there no more, so that its silence alarms nobody.
    ///
    /// @param resources those that are there
    public void only(Metric metric, Set<String> resources) {
        lock.lock();
        try {
            all.keySet().removeIf(key -> key.metric() == metric && !resources.contains(key.resource()));
        } finally {
            lock.unlock();
        }
    }

    /// Takes what was noted before a restart.
    ///
    /// @param recent of the last hour
    /// @param medians of five minutes, of seven days
    /// @param usual null when nothing was found
    public void restore(Metric metric, String resource, Samples recent, Samples medians, @Nullable Usual usual) {
        lock.lock();
        try {
            Series series = series(new Series.Key(metric, resource), Long.MIN_VALUE + SILENT_MS);
            if (series != null) {
                series.restore(recent, medians);
                if (usual != null) {
                    series.restore(usual.version(), usual.since(), usual.baseline());
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /// What the last tick cost, in microseconds; -1 before the first.
    public long lastTickMicros() {
        return lastTickNanos < 0 ? -1 : Math.max(1, TimeUnit.NANOSECONDS.toMicros(lastTickNanos));
    }

    /// How much memory all series take, about.
    public long bytes() {
        lock.lock();
        try {
            return all.values().stream().mapToLong(Series::bytes).sum();
        } finally {
            lock.unlock();
        }
    }

    /// Which share of one processor ticks take.
    public double share() {
        return cost / TimeUnit.MILLISECONDS.toNanos(every);
    }
}
