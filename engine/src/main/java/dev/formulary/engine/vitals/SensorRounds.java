package dev.formulary.engine.vitals;

import dev.formulary.engine.facts.Reading;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads sensors in turn, on a thread of its own. One that throws, or does not come back, costs only itself: what it measures is
/// unknown until it works again, and the others go on, where need be on another thread. One that costs much is read so seldom
/// that it takes no more than [#SHARE] of a processor. Thread-safe.
final class SensorRounds implements AutoCloseable {
    /// Of one processor, for each sensor.
    static final double SHARE = 0.0015;
    /// A sensor that takes longer is left behind.
    static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Logger LOG = LoggerFactory.getLogger(SensorRounds.class);
    private static final Duration SELDOM = Duration.ofMinutes(5);
    /// What a sensor measured is known for so many of its intervals.
    private static final int GOOD_FOR = 3;
    private static final double SMOOTHING = 0.2;

    private final Sensor.Start start;
    private final LongSupplier nanos;
    private final Supplier<ExecutorService> threads;
    private final ThreadMXBean threadTimes = ManagementFactory.getThreadMXBean();
    private final ReentrantLock lock = new ReentrantLock();
    private ExecutorService worker;
    private List<Watched> all = List.of();
    private boolean started;
    private boolean closed;
    /// Counts the threads; one that was left behind knows by it that it is not wanted any more.
    private int generation;
    private boolean working;
    private long since;
    private @Nullable Watched current;

    /// @param nanos a clock like [System#nanoTime]
    /// @param threads gives a thread, which is shut down when it is not needed any more
    SensorRounds(Sensor.Start start, LongSupplier nanos, Supplier<ExecutorService> threads) {
        this.start = start;
        this.nanos = nanos;
        this.threads = threads;
        worker = threads.get();
    }

    private static final class Watched {
        private final Sensor sensor;
        private List<Reading> values = List.of();
        private boolean known;
        private boolean stuck;
        private boolean complained;
        private long readAt;
        private long dueAt;
        private long lastCost;
        private double cost;

        Watched(Sensor sensor, long now) {
            this.sensor = sensor;
            dueAt = now;
        }

        /// The cheaper of the last two counts: the first time is always dear.
        long interval() {
            long least = sensor.every().toNanos();
            return Math.clamp((long) (Math.min((double) lastCost, cost) / SHARE), least,
                    Math.max(least, SELDOM.toNanos()));
        }

        boolean fresh(long now) {
            return known && now - readAt <= GOOD_FOR * interval() + PATIENCE.toNanos();
        }
    }

    /// Begins a round, unless one is under way. Never blocks.
    void tick() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            if (working && nanos.getAsLong() - since > PATIENCE.toNanos()) {
                leaveBehind();
            }
            if (!working) {
                working = true;
                since = nanos.getAsLong();
                int mine = generation;
                worker.execute(() -> round(mine));
            }
        } catch (RejectedExecutionException e) {
            LOG.debug("closing", e);
        } finally {
            lock.unlock();
        }
    }

    private void leaveBehind() {
        Watched late = current;
        LOG.warn("a sensor does not answer, what it measures is unknown until it does sensor={}",
                late == null ? "all" : late.sensor.name());
        if (late != null) {
            late.stuck = true;
            late.known = false;
        }
        started = true;
        generation++;
        worker.shutdownNow();
        worker = threads.get();
        working = false;
        current = null;
    }

    private void round(int mine) {
        List<Watched> sensors = sensors(mine);
        for (Watched each : sensors) {
            if (begins(mine, each)) {
                read(mine, each);
            }
        }
        lock.lock();
        try {
            if (mine == generation) {
                working = false;
            }
        } finally {
            lock.unlock();
        }
    }

    private List<Watched> sensors(int mine) {
        lock.lock();
        try {
            if (started) {
                return all;
            }
        } finally {
            lock.unlock();
        }
        List<Sensor> found = found();
        lock.lock();
        try {
            if (mine == generation || all.isEmpty()) {
                all = found.stream().map(each -> new Watched(each, nanos.getAsLong())).toList();
            }
            started = true;
            return all;
        } finally {
            lock.unlock();
        }
    }

    /// A system that can't be measured today can't be tomorrow, so that is tried only once.
    private List<Sensor> found() {
        try {
            return start.start();
        } catch (Exception | LinkageError e) {
            LOG.warn("host can't be measured, its load counts as unknown problem={}", e.toString());
            return List.of();
        }
    }

    private boolean begins(int mine, Watched watched) {
        lock.lock();
        try {
            long now = nanos.getAsLong();
            if (mine != generation || watched.stuck || now - watched.dueAt < 0) {
                return false;
            }
            since = now;
            current = watched;
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void read(int mine, Watched watched) {
        long before = clock(watched.sensor);
        List<Reading> values = List.of();
        Throwable problem = null;
        try {
            values = List.copyOf(watched.sensor.read());
        } catch (Exception | LinkageError e) {
            problem = e;
        }
        long cost = Math.max(1, clock(watched.sensor) - before);
        lock.lock();
        try {
            watched.stuck = false;
            if (mine == generation) {
                current = null;
                note(watched, values, problem, cost);
            }
        } finally {
            lock.unlock();
        }
    }

    private long clock(Sensor sensor) {
        return sensor.delegates() ? nanos.getAsLong() : threadTimes.getCurrentThreadCpuTime();
    }

    private void note(Watched watched, List<Reading> values, @Nullable Throwable problem, long cost) {
        long now = nanos.getAsLong();
        watched.values = values;
        watched.known = problem == null;
        watched.readAt = now;
        watched.lastCost = cost;
        watched.cost = watched.cost == 0 ? cost : watched.cost + SMOOTHING * (cost - watched.cost);
        watched.dueAt = now + watched.interval();
        if (problem != null && !watched.complained) {
            LOG.warn("a sensor did not work this time sensor={} problem={}", watched.sensor.name(), problem.toString());
        }
        watched.complained = problem != null;
    }

    /// Whether a sensor was read of late.
    boolean fresh(Sensor sensor) {
        lock.lock();
        try {
            long now = nanos.getAsLong();
            return all.stream().anyMatch(each -> each.sensor.equals(sensor) && each.fresh(now));
        } finally {
            lock.unlock();
        }
    }

    /// Whether no round is under way.
    boolean idle() {
        lock.lock();
        try {
            return !working;
        } finally {
            lock.unlock();
        }
    }

    /// What is known now.
    List<Reading> readings() {
        lock.lock();
        try {
            long now = nanos.getAsLong();
            var known = new ArrayList<Reading>();
            for (Watched each : all) {
                if (each.fresh(now)) {
                    known.addAll(each.values);
                }
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    /// What it costs to read each sensor once, in nanoseconds; -1 before the first.
    long roundNanos() {
        lock.lock();
        try {
            return all.isEmpty() ? -1 : all.stream().mapToLong(each -> each.lastCost).sum();
        } finally {
            lock.unlock();
        }
    }

    /// Which share of one processor all sensors take, as often as they are read.
    double share() {
        lock.lock();
        try {
            return all.stream().mapToDouble(each -> each.cost / each.interval()).sum();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            worker.shutdownNow();
        } finally {
            lock.unlock();
        }
    }
}
