package dev.formulary.engine.drill;

import java.time.Duration;

/// How large a drill is.
///
/// @param calls how many, spread evenly over the time
/// @param lasts from the first call to the last; a fifth of it goes well, half of it wrong, and the rest well again
/// @param deadline how long each caller waits
public record DrillSize(int calls, Duration lasts, Duration deadline) {
    /// Enough to see what happens.
    public static final DrillSize USUAL = new DrillSize(80, Duration.ofSeconds(4), Duration.ofSeconds(2));
    private static final int MOST_CALLS = 2_000;

    /// @throws IllegalArgumentException when it is too small or too large
    public DrillSize {
        check(calls >= 10 && calls <= MOST_CALLS, "the calls must be 10 to " + MOST_CALLS + ", not " + calls);
        check(lasts.toSeconds() >= 2 && lasts.toSeconds() <= 30, "the seconds must be 2 to 30, not " + lasts
                .toSeconds());
        check(deadline.toMillis() >= 100 && deadline.toMillis() <= 10_000,
                "the deadline must be 100 to 10000 ms, not " + deadline.toMillis());
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    /// When it goes wrong, in milliseconds after the beginning.
    long from() {
        return lasts.toMillis() / 5;
    }

    /// When that is over.
    long until() {
        return lasts.toMillis() * 7 / 10;
    }
}
