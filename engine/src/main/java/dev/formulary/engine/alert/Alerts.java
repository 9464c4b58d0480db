package dev.formulary.engine.alert;

import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What rules want somebody to know. Notices of one rule with one code are one alert, which is open from the first notice
/// until none came for a while. Opening is logged once, and so is getting worse. Thread-safe.
public final class Alerts {
    /// How many alerts are kept. When there are as many, the least severe and among those the oldest makes room for one
    /// that is at least as severe; others are counted and forgotten.
    public static final int MOST = 500;
    /// How long an alert stays open without being raised, unless said otherwise.
    public static final Duration RESOLVE_AFTER = Duration.ofMinutes(5);

    private static final Logger LOG = LoggerFactory.getLogger(Alerts.class);
    private static final Comparator<OpenAlert> LEAST_IMPORTANT = Comparator.comparing(OpenAlert::severity)
            .thenComparing(OpenAlert::lastSeen);

    private final Duration resolveAfter;
    private final Map<Key, OpenAlert> open = new ConcurrentHashMap<>();
    private final ReentrantLock opening = new ReentrantLock();
    private final AtomicLong dropped = new AtomicLong();
    private volatile Set<String> codes = Set.of();
    private volatile Consumer<AlertChange> listener = _ -> {};

    /// @param resolveAfter how long an alert stays open without being raised
    public Alerts(Duration resolveAfter) {
        this.resolveAfter = resolveAfter;
    }

    /// Who is told of what becomes of alerts, one at a time and in that order. It must not block: calls may wait for it.
    ///
    /// @param told of which it knows that they are open, from an earlier process perhaps: they are open here, too, until nobody has
    ///     raised them for long enough. It is told at once of all others that are open, and of those that are worse
    public void listen(Collection<OpenAlert> told, Instant now, Consumer<AlertChange> other) {
        opening.lock();
        try {
            Map<Key, OpenAlert> known = new HashMap<>();
            told.forEach(each -> known.put(Key.of(each), each));
            for (OpenAlert each : open().reversed()) {
                OpenAlert before = known.get(Key.of(each));
                if (before == null || each.severity().compareTo(before.severity()) > 0) {
                    other.accept(new AlertChange(before == null ? AlertChange.Kind.OPENED : AlertChange.Kind.WORSENED,
                            each, each.lastSeen()));
                }
            }
            known.forEach((key, each) -> {
                if (open.size() < MOST) {
                    open.putIfAbsent(key, each.seen(now));
                }
            });
            publish();
            listener = other;
        } finally {
            opening.unlock();
        }
    }

    /// Opens an alert or adds to the open one.
    public void raise(Notice notice, Instant now) {
        Key key = new Key(notice.rule(), notice.code());
        OpenAlert before = open.get(key);
        boolean known = before != null && notice.severity().compareTo(before.severity()) <= 0
                && open.computeIfPresent(key, (_, alert) -> again(alert, notice, now)) != null;
        if (!known) {
            openOrWorsen(key, notice, now);
        }
    }

    /// Closes the alerts that were not raised for long enough. Call it every few seconds.
    public void tick(Instant now) {
        opening.lock();
        try {
            open.forEach((key, alert) -> {
                if (!alert.lastSeen().plus(resolveAfter).isAfter(now) && open.remove(key, alert)) {
                    LOG.info("alert resolved rule={} code={} count={} open_for={}", alert.rule(), alert.code(),
                            alert.count(), Duration.between(alert.firstSeen(), alert.lastSeen()));
                    listener.accept(new AlertChange(AlertChange.Kind.RESOLVED, alert, now));
                }
            });
            publish();
        } finally {
            opening.unlock();
        }
    }

    /// Somebody takes note of the open alerts of a code, or of all. It is forgotten when an alert gets worse or is resolved.
    ///
    /// @param code whose alerts; null for all
    /// @param by who, in their own words
    /// @return of how many nobody had taken note yet
    public int acknowledge(@Nullable String code, String by, Instant now) {
        var note = new OpenAlert.Acknowledgement(by, now);
        int noted = 0;
        for (Map.Entry<Key, OpenAlert> each : open.entrySet()) {
            if (code == null || code.equals(each.getKey().code())) {
                OpenAlert before = each.getValue();
                OpenAlert after = open.computeIfPresent(each.getKey(),
                        (_, alert) -> alert.acknowledged() == null ? alert.acknowledged(note) : alert);
                noted += before.acknowledged() == null && after != null ? 1 : 0;
            }
        }
        LOG.info("alerts acknowledged by=\"{}\" count={}", by, noted);
        return noted;
    }

    /// Codes of the open alerts; an immutable snapshot.
    public Set<String> openCodes() {
        return codes;
    }

    /// The open alerts, the worst first and among those the latest.
    public List<OpenAlert> open() {
        return open.values().stream().sorted(LEAST_IMPORTANT.reversed()).toList();
    }

    /// How many alerts found no room.
    public long dropped() {
        return dropped.get();
    }

    private void openOrWorsen(Key key, Notice notice, Instant now) {
        opening.lock();
        try {
            OpenAlert before = open.get(key);
            if (before == null && !makeRoom(notice)) {
                return;
            }
            OpenAlert after = open.compute(key, (_, alert) -> again(alert, notice, now));
            publish();
            if (before == null || notice.severity().compareTo(before.severity()) > 0) {
                log(notice);
                listener.accept(new AlertChange(
                        before == null ? AlertChange.Kind.OPENED : AlertChange.Kind.WORSENED, after, now));
            }
        } finally {
            opening.unlock();
        }
    }

    private static OpenAlert again(@Nullable OpenAlert alert, Notice notice, Instant now) {
        if (alert == null) {
            return new OpenAlert(notice.rule(), notice.code(), notice.severity(), notice.message(), now, now, 1);
        }
        Severity severity = notice.severity().compareTo(alert.severity()) > 0 ? notice.severity() : alert.severity();
        Instant last = now.isAfter(alert.lastSeen()) ? now : alert.lastSeen();
        return new OpenAlert(alert.rule(), alert.code(), severity, notice.message(), alert.firstSeen(), last,
                alert.count() + 1, severity == alert.severity() ? alert.acknowledged() : null);
    }

    private boolean makeRoom(Notice notice) {
        if (open.size() < MOST) {
            return true;
        }
        OpenAlert least = open.values().stream().min(LEAST_IMPORTANT).orElseThrow();
        if (dropped.getAndIncrement() == 0) {
            LOG.warn("too many alerts are open, the least important are dropped most={}", MOST);
        }
        if (notice.severity().compareTo(least.severity()) < 0) {
            return false;
        }
        open.remove(new Key(least.rule(), least.code()));
        return true;
    }

    private void publish() {
        codes = open.values().stream().map(OpenAlert::code).collect(Collectors.toUnmodifiableSet());
    }

    private static void log(Notice notice) {
        if (notice.severity().compareTo(Severity.CRITICAL) >= 0) {
            LOG.error("alert opened rule={} code={} severity={} message=\"{}\"", notice.rule(), notice.code(),
                    notice.severity(), notice.message());
        } else {
            LOG.warn("alert opened rule={} code={} severity={} message=\"{}\"", notice.rule(), notice.code(),
                    notice.severity(), notice.message());
        }
    }

    private record Key(String rule, String code) {
        static Key of(OpenAlert alert) {
            return new Key(alert.rule(), alert.code());
        }
    }
}
