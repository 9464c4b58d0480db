package dev.formulary.engine.alert;

import dev.formulary.engine.alert.OpenAlert.Acknowledgement;
import dev.formulary.engine.alert.OpenAlert.State;
import dev.formulary.engine.facts.AlertTiming;
import dev.formulary.engine.facts.Cooldown;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// An open alert and what was told of it. The lock of [Alerts] guards it, but for what [#again(Notice, Instant)] touches.
final class Incident {
    final AlertKey key;
    final Instant began;
    final Instant opened;
    /// What channels know of it.
    final Map<String, Told> told = new LinkedHashMap<>();
    /// When each step of a ladder told a channel last.
    final Map<String, Instant> steps = new LinkedHashMap<>();
    /// Channels that would have been told if something had not held it back.
    final Set<String> waiting = new HashSet<>();
    AlertTiming timing;
    List<Notice.Wanted> wanted;
    @Nullable
    Acknowledgement acknowledged;
    /// Whether rules that watch find it.
    boolean watched;
    boolean flapping;
    /// Whether a silence or a maintenance window ever held it back.
    boolean silenced;
    /// Why nothing new is told of it, and whether somebody wanted that.
    String held = "";
    boolean hushed;
    /// Until when it is no news that it is open again.
    Cooldown cooldown = Cooldown.NONE;
    /// Before then it does not end by itself: after a start it takes a moment until all that is so is found again.
    Instant notBefore = Instant.MIN;
    /// Until when another alert explains it.
    Instant hiddenUntil = Instant.MIN;
    private volatile Severity severity;
    private volatile boolean closed;
    private final AtomicReference<Sighting> seen;

    /// @param count how often it was raised
    record Sighting(Instant last, long count, String message) {}

    /// @param began when what it is about began
    Incident(AlertKey key, Severity severity, Instant began, Instant opened, Sighting seen, AlertTiming timing,
            List<Notice.Wanted> wanted) {
        this.key = key;
        this.severity = severity;
        this.began = began;
        this.opened = opened;
        this.seen = new AtomicReference<>(seen);
        this.timing = timing;
        this.wanted = wanted;
    }

    /// It is raised once more; any thread may say so.
    ///
    /// @return false when that changes more than when it was seen last, or when it is over
    boolean again(Notice notice, Instant now) {
        if (closed || notice.severity().compareTo(severity) > 0) {
            return false;
        }
        seen.updateAndGet(before -> new Sighting(now.isAfter(before.last) ? now : before.last,
                before.count + (notice.holds() ? 0 : 1), notice.message()));
        return !closed;
    }

    Severity severity() {
        return severity;
    }

    void worsen(Severity to) {
        severity = to;
        acknowledged = null;
    }

    Instant lastSeen() {
        return sighting().last;
    }

    Sighting sighting() {
        return Objects.requireNonNull(seen.get());
    }

    /// Somebody has set the clock back.
    void atMost(Instant now) {
        seen.updateAndGet(before -> before.last.isAfter(now)
                ? new Sighting(now, before.count, before.message)
                : before);
    }

    /// Ends it unless it was seen since.
    ///
    /// @param patience how long it stays open without being seen
    boolean close(Duration patience, Instant now) {
        closed = true;
        closed = !lastSeen().plus(patience).isAfter(now) && !notBefore.isAfter(now);
        return closed;
    }

    /// Ends it, whatever was seen.
    void close() {
        closed = true;
    }

    OpenAlert shown() {
        Sighting now = sighting();
        State state = acknowledged != null ? State.ACKNOWLEDGED : hushed ? State.SILENCED : State.FIRING;
        return new OpenAlert(key.rule(), key.code(), key.resource(), severity, now.message, began, now.last, now.count,
                acknowledged, state, held, flapping, wanted);
    }
}
