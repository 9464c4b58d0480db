package dev.formulary.engine.vitals;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.DataFormatException;
import org.HdrHistogram.AtomicHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/// Durations of the last one to two minutes in which there were any, or, where there are enough, of the last quarter to half
/// of a minute. Two histograms take turns, so that recording is one atomic addition. Times are milliseconds of a clock,
/// durations are microseconds.
///
/// What nobody has added to for five minutes is forgotten: a model that was slow and is avoided for it gets another chance.
final class Window {
    static final long TURN_MS = 60_000;
    /// Where a histogram has that many durations, the next one's turn comes sooner.
    static final int ENOUGH = 50;
    static final long SOONER_MS = 15_000;
    static final long STALE_MS = 300_000;
    /// Percentiles are read for each candidate on each tick; a fresher one than this is not worth its price.
    static final long READ_EVERY_MS = 250;
    private static final double PERCENTILE = 95;
    private static final long LONGEST_MICROS = 600_000_000;
    /// Finer than what is ever shown, and a quarter of the memory.
    private static final long FINEST_MICROS = 64;

    private final ReentrantLock turning = new ReentrantLock();
    private volatile @Nullable Pair histograms;
    private volatile Reading reading = new Reading(Long.MIN_VALUE, -1);

    void add(long micros, long now) {
        Pair pair = histograms;
        if (pair == null || pair.isOver(now)) {
            pair = turn(now);
        }
        pair.current.recordValue(Math.clamp(micros, 0, LONGEST_MICROS));
        pair.last = now;
    }

    /// The 95th percentile in whole milliseconds, rounded up, with an error of less than one in a hundred; -1 when unknown.
    int percentileMs(long now) {
        Pair pair = histograms;
        if (pair == null || now - pair.last >= STALE_MS) {
            return -1;
        }
        Reading known = reading;
        if (known.at == Long.MIN_VALUE || now - known.at >= READ_EVERY_MS) {
            known = new Reading(now, pair.percentileMs());
            reading = known;
        }
        return known.ms;
    }

    /// No durations yet.
    static Histogram none() {
        return new Histogram(FINEST_MICROS, LONGEST_MICROS, 2);
    }

    /// Adds the durations of late to others.
    void addTo(Histogram others, long now) {
        Pair pair = histograms;
        if (pair != null && now - pair.last < STALE_MS) {
            others.add(pair.both());
        }
    }

    /// Nothing of what was added counts any more.
    void forget() {
        turning.lock();
        try {
            histograms = null;
            reading = new Reading(Long.MIN_VALUE, -1);
        } finally {
            turning.unlock();
        }
    }

    /// The durations of late as text, compressed as HdrHistogram does it; empty when there are none.
    String saved(long now) {
        Pair pair = histograms;
        if (pair == null || now - pair.last >= STALE_MS) {
            return "";
        }
        Histogram both = pair.both();
        ByteBuffer bytes = ByteBuffer.allocate(both.getNeededByteBufferCapacity());
        int length = both.encodeIntoCompressedByteBuffer(bytes);
        return Base64.getEncoder().encodeToString(Arrays.copyOf(bytes.array(), length));
    }

    /// Takes what [#saved] gave.
    ///
    /// @param last when the last of them was added
    /// @throws IllegalArgumentException when it is no such text
    void restore(String saved, long last) {
        if (saved.isEmpty()) {
            return;
        }
        AtomicHistogram before = fresh();
        try {
            before.add(Histogram.decodeFromCompressedByteBuffer(ByteBuffer.wrap(Base64.getDecoder().decode(saved)), 0));
        } catch (DataFormatException | RuntimeException e) {
            throw new IllegalArgumentException("a line has times that are none", e);
        }
        histograms = new Pair(before, null, last);
    }

    private Pair turn(long now) {
        turning.lock();
        try {
            Pair pair = histograms;
            if (pair == null || now - pair.last >= STALE_MS) {
                pair = new Pair(fresh(), null, now);
            } else if (pair.isOver(now)) {
                pair = new Pair(fresh(), pair.current, now);
            }
            histograms = pair;
            return pair;
        } finally {
            turning.unlock();
        }
    }

    private static AtomicHistogram fresh() {
        return new AtomicHistogram(FINEST_MICROS, LONGEST_MICROS, 2);
    }

    private record Reading(long at, int ms) {}

    private static final class Pair {
        final AtomicHistogram current;
        final @Nullable AtomicHistogram previous;
        final long since;
        volatile long last;

        Pair(AtomicHistogram current, @Nullable AtomicHistogram previous, long since) {
            this.current = current;
            this.previous = previous;
            this.since = since;
            last = since;
        }

        boolean isOver(long now) {
            long turn = now - since;
            return turn >= TURN_MS || (turn >= SOONER_MS && current.getTotalCount() >= ENOUGH);
        }

        int percentileMs() {
            return (int) Math.ceilDiv(both().getValueAtPercentile(PERCENTILE), 1000L);
        }

        Histogram both() {
            Histogram both = new Histogram(current);
            both.add(current);
            if (previous != null) {
                both.add(previous);
            }
            return both;
        }
    }
}
