package dev.formulary.engine.store;

import dev.formulary.engine.config.SeriesSettings;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Reading;
import dev.formulary.engine.facts.Usual;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// Keeps what is measured over a restart: written every half minute behind whoever measures, which is the most that a killed
/// process loses. What can't be written waits, ten minutes of it; then the oldest is lost. Thread-safe.
public final class SeriesStore implements Closeable {
    private static final long WRITE_SECONDS = 30;
    private static final int MOST_WAITING = 120;
    /// Series of which it is kept what is usual until it is written.
    private static final int MOST_USUAL = 4_000;
    private static final long PRUNE_MS = 600_000;

    private final SeriesFile file;
    private final SeriesReader reader;
    private final SeriesRollups.Keep keep;
    private final InstantSource clock;
    private final WriteBehind behind;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<SeriesFile.Tick> waiting = new ArrayDeque<>();
    private final Map<Object, Usual> usual = new LinkedHashMap<>();
    private final AtomicLong lost = new AtomicLong();
    private long prunedAt = Long.MIN_VALUE;

    /// @param data the data folder
    /// @param cache where the database driver may unpack its library
    /// @param alarm told when something can't be kept
    public SeriesStore(Path data, Path cache, SeriesSettings settings, Consumer<Notice> alarm, InstantSource clock) {
        this(data, cache, settings, alarm, clock, WRITE_SECONDS);
    }

    /// @param seconds between two times that it is written; 0 for never
    SeriesStore(Path data, Path cache, SeriesSettings settings, Consumer<Notice> alarm, InstantSource clock,
            long seconds) {
        file = new SeriesFile(data, cache);
        reader = new SeriesReader(data, cache);
        keep = new SeriesRollups.Keep(settings.raw().toMillis(), settings.minutes().toMillis(),
                settings.fiveMinutes().toMillis(), settings.hours().toMillis(), settings.maxSize());
        this.clock = clock;
        behind = new WriteBehind("series", this::write, alarm);
        behind.every(seconds, behind::soon);
    }

    /// Has kept what was measured at a time. Does not block.
    ///
    /// @param at milliseconds of the epoch
    public void noted(long at, List<Reading> readings) {
        lock.lock();
        try {
            if (waiting.size() >= MOST_WAITING) {
                waiting.removeFirst();
                lost.incrementAndGet();
            }
            waiting.addLast(new SeriesFile.Tick(at, readings));
        } finally {
            lock.unlock();
        }
    }

    /// Has kept what is usual. Does not block.
    public void usual(Usual found) {
        lock.lock();
        try {
            if (usual.size() < MOST_USUAL) {
                usual.put(List.of(found.metric(), found.resource(), found.version()), found);
            }
        } finally {
            lock.unlock();
        }
    }

    /// How many times of measuring were lost since the start, because they could not be written.
    public long lost() {
        return lost.get();
    }

    private void write() {
        List<SeriesFile.Tick> ticks;
        List<Usual> found;
        lock.lock();
        try {
            ticks = List.copyOf(waiting);
            found = List.copyOf(usual.values());
        } finally {
            lock.unlock();
        }
        if (ticks.isEmpty() && found.isEmpty()) {
            return;
        }
        try {
            long now = clock.millis();
            file.write(ticks, found, now);
            written(ticks, found);
            if (prunedAt == Long.MIN_VALUE || Math.abs(now - prunedAt) >= PRUNE_MS) {
                file.prune(keep, now);
                prunedAt = now;
            }
            behind.recovered();
        } catch (IOException | RuntimeException e) {
            behind.failed("series-failing", "what is measured can't be kept: ", e);
        }
    }

    private void written(List<SeriesFile.Tick> ticks, List<Usual> found) {
        lock.lock();
        try {
            ticks.forEach(waiting::remove);
            usual.values().removeAll(found);
        } finally {
            lock.unlock();
        }
    }

    /// What was kept before a restart: of the last hour, medians of five minutes of the last seven days, and what was usual. Does
    /// not wait: it is read on another thread, one series after the other.
    ///
    /// @param each told of each series
    /// @param then run when all were told of, or could not be read
    public void remembered(Consumer<SeriesReader.Remembered> each, Runnable then) {
        behind.later(() -> {
            behind.used(() -> {
                reader.remembered(clock.millis()).forEach(each);
                return true;
            }, "series-unread", "what was measured before the start can't be read: ", false);
            then.run();
        });
    }

    /// Writes what waits. Waits for the disk.
    public void flush() {
        behind.used(() -> true, "series-failing", "what is measured can't be kept: ", false);
    }

    @Override
    public void close() throws IOException {
        behind.close(file);
    }
}
