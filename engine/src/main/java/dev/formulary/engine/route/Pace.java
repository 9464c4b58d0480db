package dev.formulary.engine.route;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How fast a file is answered, over the last minute at most. Not thread-safe.
final class Pace {
    private static final long SECOND = 1_000_000_000;
    private static final long WINDOW = 60 * SECOND;
    private static final long ENOUGH = 10 * SECOND;
    private static final int ENOUGH_LINES = 20;
    /// By how much one half of the time may be faster than the other for the whole to say anything of what comes.
    private static final double STEADY = 2;
    private static final double MOST_SECONDS = Duration.ofDays(365).toSeconds();

    private final Deque<Sample> samples = new ArrayDeque<>();

    private record Sample(long nanos, long lines, long bytes) {}

    /// Notes how far it is; more often than once a second it does nothing.
    ///
    /// @param nanos of a clock that never goes back, in nanoseconds
    /// @param lines answered
    /// @param bytes of the input that they answer
    void at(long nanos, long lines, long bytes) {
        if (!samples.isEmpty() && nanos - samples.getLast().nanos < SECOND) {
            return;
        }
        samples.addLast(new Sample(nanos, lines, bytes));
        while (nanos - samples.getFirst().nanos > WINDOW) {
            samples.removeFirst();
        }
    }

    /// Lines a second; NaN before there is anything to say.
    double linesPerSecond() {
        return samples.size() < 2
                ? Double.NaN
                : (samples.getLast().lines - samples.getFirst().lines) / seconds(samples.getFirst(), samples.getLast());
    }

    /// How long so many bytes of the input will take, or null when nobody can tell: after less than ten seconds or twenty
    /// lines, and where it goes now fast, now slowly.
    @Nullable
    Duration timeFor(long bytes) {
        if (samples.size() < 3) {
            return null;
        }
        Sample first = samples.getFirst();
        Sample last = samples.getLast();
        if (last.nanos - first.nanos < ENOUGH || last.lines - first.lines < ENOUGH_LINES) {
            return null;
        }
        Sample middle = List.copyOf(samples).get(samples.size() / 2);
        double before = bytesPerSecond(first, middle);
        double after = bytesPerSecond(middle, last);
        if (after > STEADY * before || before > STEADY * after) {
            return null;
        }
        double seconds = bytes / bytesPerSecond(first, last);
        return seconds > MOST_SECONDS ? null : Duration.ofMillis(Math.round(seconds * 1_000));
    }

    private static double bytesPerSecond(Sample from, Sample to) {
        return (to.bytes - from.bytes) / seconds(from, to);
    }

    private static double seconds(Sample from, Sample to) {
        return (to.nanos - from.nanos) / (double) SECOND;
    }
}
