package dev.formulary.engine.alert;

import dev.formulary.engine.facts.Cooldown;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/// What is remembered of an alert while it is not open: when it opened, and until when it is no news that it does so again.
/// The lock of [Alerts] guards it.
final class Past {
    final Deque<Instant> openings = new ArrayDeque<>();
    Cooldown cooldown = Cooldown.NONE;

    /// @param most so many openings are enough
    void opened(Instant now, int most) {
        openings.addLast(now);
        while (openings.size() > most) {
            openings.removeFirst();
        }
    }

    void forget(Instant now, Duration within) {
        openings.removeIf(each -> !each.plus(within).isAfter(now) || each.isAfter(now));
    }

    boolean isOver(Instant now) {
        return openings.isEmpty() && !cooldown.until().isAfter(now);
    }
}
