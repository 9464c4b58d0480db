package dev.formulary.engine.alert;

import dev.formulary.engine.config.AlertLife;
import dev.formulary.engine.facts.AlertTiming;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which alerts are open, and which may be soon. The lock of [Alerts] guards it, but for [#known(AlertKey)].
final class Cases {
    private static final Logger LOG = LoggerFactory.getLogger(Alerts.class);
    private static final Comparator<Incident> LEAST_IMPORTANT = Comparator.comparing(Incident::severity)
            .thenComparing(Incident::lastSeen);
    private static final Comparator<Notice> RANK = Comparator.<Notice, Boolean>comparing(each -> !each.holds())
            .thenComparing(Notice::severity);
    /// What was not looked at for so long may have been otherwise meanwhile.
    private static final Duration MOST_GAP = Duration.ofMinutes(5);

    final Map<AlertKey, Incident> open = new ConcurrentHashMap<>();
    final Map<AlertKey, Pending> pending = new LinkedHashMap<>();
    final Map<AlertKey, Past> past = new LinkedHashMap<>();
    private final Duration resolveAfter;
    private final AlertLife.Flapping flapping;
    private final Told told;
    private final AtomicLong dropped = new AtomicLong();
    private boolean changed;

    /// Who is told at once what becomes of alerts.
    interface Told {
        /// @param fresh which was not open before
        void opened(Incident fresh, Instant now);

        void worsened(Incident worse, Instant now);

        /// @param how `over`, or what else ended it
        void closed(Incident over, String how, Instant now);
    }

    Cases(Duration resolveAfter, AlertLife.Flapping flapping, Told told) {
        this.resolveAfter = resolveAfter;
        this.flapping = flapping;
        this.told = told;
    }

    /// Null when it is not open. Any thread may ask.
    @Nullable
    Incident known(AlertKey key) {
        return open.get(key);
    }

    long dropped() {
        return dropped.get();
    }

    /// Whether something is otherwise since this was asked last, beyond what was seen when.
    boolean takeChanged() {
        boolean was = changed;
        changed = false;
        return was;
    }

    /// Takes what a rule or the engine has found.
    void found(Notice notice, Instant now, boolean watched) {
        AlertKey key = AlertKey.of(notice);
        Incident incident = open.get(key);
        if (incident != null) {
            incident.watched |= watched;
            if (!notice.holds()) {
                incident.wanted = notice.wanted();
            }
            incident.timing = notice.timing();
            if (!incident.again(notice, now) && !notice.holds()) {
                incident.worsen(notice.severity());
                incident.again(notice, now);
                changed = true;
                log("worse", notice);
                told.worsened(incident, now);
            }
        } else if (!notice.holds()) {
            Pending lasting = lasting(key, notice, now, watched);
            if (lasting != null) {
                open(lasting, notice, now);
            }
        }
    }

    /// What is so for long enough; null when it is not yet.
    private @Nullable Pending lasting(AlertKey key, Notice notice, Instant now, boolean watched) {
        Pending before = pending.get(key);
        boolean unbroken = before != null && !before.last().plus(gap(before, notice)).isBefore(now);
        Pending after = before != null && unbroken
                ? before.again(notice, now, watched)
                : Pending.of(notice, now, watched);
        if (!after.since().plus(notice.timing().lasting()).isAfter(now)) {
            pending.remove(key);
            return after;
        }
        changed |= before == null;
        if (before != null || pending.size() < Alerts.MOST_PENDING) {
            pending.put(key, after);
        } else {
            dropped.incrementAndGet();
        }
        return null;
    }

    private Duration gap(Pending before, Notice notice) {
        return before.watched() ? MOST_GAP : patience(notice.timing());
    }

    private Duration patience(AlertTiming timing) {
        return timing.equals(AlertTiming.PRESET) ? resolveAfter : timing.recovery();
    }

    private Duration patience(Incident incident) {
        Duration usual = patience(incident.timing);
        return incident.flapping && usual.compareTo(flapping.calm()) < 0 ? flapping.calm() : usual;
    }

    private void open(Pending lasting, Notice notice, Instant now) {
        if (!makeRoom(notice, now)) {
            return;
        }
        AlertKey key = lasting.key();
        var incident = new Incident(key, notice.severity(), lasting.since(), now,
                new Incident.Sighting(now, lasting.count(), notice.message()), notice.timing(), notice.wanted());
        incident.watched = lasting.watched();
        Past before = past.computeIfAbsent(key, _ -> new Past());
        before.forget(now, flapping.within());
        before.opened(now, flapping.times());
        incident.flapping = before.openings.size() >= flapping.times();
        incident.cooldown = before.cooldown;
        open.put(key, incident);
        changed = true;
        log("opened", notice);
        told.opened(incident, now);
    }

    private boolean makeRoom(Notice notice, Instant now) {
        if (open.size() < Alerts.MOST) {
            return true;
        }
        Incident least = open.values().stream().min(LEAST_IMPORTANT).orElseThrow();
        if (dropped.getAndIncrement() == 0) {
            LOG.warn("too many alerts are open, the least important are dropped most={}", Alerts.MOST);
        }
        if (notice.severity().compareTo(least.severity()) < 0) {
            return false;
        }
        least.close();
        close(least, "no room", now);
        return true;
    }

    /// Takes all that rules which watch find now.
    void observed(List<Notice> found, Instant now) {
        var worst = new LinkedHashMap<AlertKey, Notice>();
        found.forEach(each -> worst.merge(AlertKey.of(each), each, (one, other) -> RANK.compare(one, other) < 0
                ? other
                : one));
        changed |= pending.values().removeIf(each -> {
            Notice still = worst.get(each.key());
            return each.watched() && (still == null || still.holds());
        });
        worst.values().forEach(each -> found(each, now, true));
        for (Incident each : List.copyOf(open.values())) {
            each.atMost(now);
            if (each.watched && !each.lastSeen().equals(now) && each.close(patience(each), now)) {
                close(each, "over", now);
            }
        }
    }

    /// Ends what was not raised for long enough. What rules that watch find ends when they say so, or are not asked any more.
    void expire(Instant now) {
        for (Incident each : List.copyOf(open.values())) {
            each.atMost(now);
            Duration patience = each.watched ? patience(each).plus(resolveAfter).plus(MOST_GAP) : patience(each);
            if (!each.lastSeen().plus(patience).isAfter(now) && each.close(patience, now)) {
                close(each, "over", now);
            }
        }
        changed |= pending.values().removeIf(each -> each.last().plus(MOST_GAP).plus(resolveAfter).isBefore(now));
        past.forEach((_, each) -> each.forget(now, flapping.within()));
        past.entrySet().removeIf(each -> each.getValue().isOver(now) && !open.containsKey(each.getKey()));
    }

    /// Ends one.
    void close(Incident incident, String how, Instant now) {
        open.remove(incident.key);
        changed = true;
        Past after = past.computeIfAbsent(incident.key, _ -> new Past());
        after.cooldown = after.cooldown.after(!incident.told.isEmpty(), after.openings.size(), incident.severity(),
                incident.timing.cooldown(), now);
        if (incident.flapping) {
            after.openings.clear();
        }
        if (past.size() > Alerts.MOST_PENDING) {
            past.keySet().stream().filter(each -> !open.containsKey(each)).findFirst().ifPresent(past::remove);
        }
        Incident.Sighting last = incident.sighting();
        LOG.info("alert resolved rule={} code={} resource={} count={} open_for={}", incident.key.rule(),
                incident.key.code(), incident.key.resource(), last.count(),
                Duration.between(incident.began, last.last()));
        told.closed(incident, how, now);
    }

    private static void log(String what, Notice notice) {
        String line = "alert {} rule={} code={} resource={} severity={} message=\"{}\"";
        Object[] values = {what, notice.rule(), notice.code(), notice.resource(), notice.severity(), notice.message()};
        if (notice.severity().compareTo(Severity.CRITICAL) >= 0) {
            LOG.error(line, values);
        } else {
            LOG.warn(line, values);
        }
    }
}
