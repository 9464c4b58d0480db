package dev.formulary.engine.house;

import dev.formulary.engine.disk.SavedLines;
import dev.formulary.engine.facts.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What answers cost today (UTC), and which models stood in for which. What they cost is kept over a restart, as a line of the
/// day, its micro-dollars, its answers and those of unknown price, with tabs between. Thread-safe but for
/// [#tick] and [#save].
public final class Daybook {
    private static final Logger LOG = LoggerFactory.getLogger(Daybook.class);
    /// Ways from one model to another, and causes, that are told apart until they are told; of more only the first are.
    private static final int MOST_WAYS = 32;
    /// The same is told once in that time.
    static final Duration REST = Duration.ofSeconds(5);
    private static final int FIELDS = 4;
    private static final int EVERY = 4;

    private final SavedLines saved;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Way, Failover> switched = new LinkedHashMap<>();
    private Portrait.Cost today;
    private Instant nextTold = Instant.MIN;
    private int ticks;

    private record Way(String from, String to, String cause) {}

    /// @param file where it is kept what answers cost
    public Daybook(Path file, InstantSource clock) {
        saved = new SavedLines(file, "what answers cost today");
        this.clock = clock;
        today = new Portrait.Cost(day(), 0, 0, 0);
        restore();
    }

    private LocalDate day() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    private void restore() {
        try {
            for (String line : saved.read()) {
                List<String> fields = SavedLines.fields(line, FIELDS);
                today = new Portrait.Cost(LocalDate.parse(fields.get(0)), Long.parseLong(fields.get(1)),
                        Long.parseLong(fields.get(2)), Long.parseLong(fields.get(3)));
            }
        } catch (IOException | DateTimeException | IllegalArgumentException e) {
            LOG.warn("what answers cost today is not known, it is counted from now on file={} cause={}", saved.file(),
                    e.toString());
        }
    }

    /// A call ended.
    public void completed(Outcome outcome) {
        long micros = Math.max(0, outcome.costMicros());
        boolean unknown = outcome.costMicros() < 0;
        for (Outcome.Tried tried : outcome.attempts()) {
            Long vain = tried.vainMicros();
            micros += vain == null ? 0 : Math.max(0, vain);
            unknown |= vain != null && vain < 0;
        }
        lock.lock();
        try {
            if (micros > 0 || unknown) {
                add(micros, unknown);
            }
            note(outcome);
        } finally {
            lock.unlock();
        }
    }

    private void add(long micros, boolean unknown) {
        Portrait.Cost before = current();
        today = new Portrait.Cost(before.day(), before.micros() + micros, before.answers() + 1,
                before.unpriced() + (unknown ? 1 : 0));
    }

    private Portrait.Cost current() {
        LocalDate day = day();
        return today.day().equals(day) ? today : new Portrait.Cost(day, 0, 0, 0);
    }

    private void note(Outcome outcome) {
        List<Outcome.Tried> attempts = outcome.attempts();
        if (outcome.status() != Outcome.Status.ANSWERED || attempts.size() < 2) {
            return;
        }
        Outcome.Tried first = attempts.getFirst();
        Outcome.Tried last = attempts.getLast();
        if (first.failure() == null || first.candidate().equals(last.candidate())) {
            return;
        }
        String cause = (first.kind() == null ? first.failure().name() : first.kind().name()).toLowerCase(Locale.ROOT);
        var way = new Way(first.candidate(), last.candidate(), cause);
        Failover before = switched.get(way);
        if (before != null || switched.size() < MOST_WAYS) {
            switched.put(way, new Failover(way.from(), way.to(), cause, before == null ? 1 : before.calls() + 1,
                    clock.instant()));
        }
    }

    /// What answers cost today.
    public Portrait.Cost cost() {
        lock.lock();
        try {
            return current();
        } finally {
            lock.unlock();
        }
    }

    /// The failovers since the last time that there were any to tell; none when that is not long ago.
    public List<Failover> switched() {
        lock.lock();
        try {
            Instant now = clock.instant();
            if (switched.isEmpty() || now.isBefore(nextTold)) {
                return List.of();
            }
            nextTold = now.plus(REST);
            var all = new ArrayList<Failover>(switched.values());
            switched.clear();
            return all;
        } finally {
            lock.unlock();
        }
    }

    /// Called a few times a second; saves about once a second.
    public void tick() {
        if (++ticks % EVERY == 0) {
            save();
        }
    }

    /// Writes what answers cost today, unless nothing changed.
    public void save() {
        Portrait.Cost cost = cost();
        saved.save(List.of(cost.day() + "\t" + cost.micros() + "\t" + cost.answers() + "\t" + cost.unpriced()));
    }
}
