package dev.formulary.engine.alert;

import dev.formulary.engine.alert.MeasureRecord.Cause;
import dev.formulary.engine.alert.MeasureRecord.Why;
import dev.formulary.engine.disk.SavedLines;
import dev.formulary.engine.facts.Measure;
import dev.formulary.engine.facts.Notice;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is done about models for a while: closed, or made worse, by alerts and by operators. Each has an end, can be undone, and
/// is told with who, when and why. They last over a restart and a kill: what an operator does is on disk when the call returns,
/// what an alert does with the next tick. Of this node alone. Thread-safe; only [#begin], [#undo] and [#tick] write.
public final class Measures {
    /// So many hold at once. Of those that alerts want the one that ends first makes room for another.
    public static final int MOST = 200;
    /// So many that are over are kept to be shown.
    public static final int MOST_PAST = 200;
    /// No measure is for longer.
    public static final Duration LONGEST = Duration.ofDays(30);

    private static final Logger LOG = LoggerFactory.getLogger(Measures.class);
    private static final int LONGEST_REASON = 500;
    private static final Comparator<MeasureRecord> SOONEST_OVER = Comparator.comparing(each -> each.measure().until());

    private final SavedLines file;
    /// Held while the file is written; taken before the other one.
    private final ReentrantLock saving = new ReentrantLock();
    private final ReentrantLock lock = new ReentrantLock();
    private final List<MeasureRecord> present = new ArrayList<>();
    private final Deque<MeasureRecord> past = new ArrayDeque<>();
    private long last;
    private List<String> lines = List.of();
    private boolean changed;
    private volatile List<Measure> published = List.of();

    /// Goes on with what the file holds. One that can't be read is logged, and begun anew.
    public Measures(Path file, Instant now) {
        this.file = new SavedLines(file, "measures");
        try {
            this.file.read().forEach(this::restore);
        } catch (IOException | IllegalArgumentException e) {
            LOG.error("measures can't be read, so none holds file={} cause={}", file, e.toString());
            present.clear();
            past.clear();
        }
        changed = true;
        expire(now);
        publish();
    }

    private void restore(String line) {
        MeasureRecord each = MeasureRecord.read(line);
        last = Math.max(last, Long.parseLong(each.measure().id().substring(1)));
        if (each.end() == null) {
            present.add(each);
        } else {
            past.addLast(each);
        }
    }

    /// What holds now, by when it began; an immutable snapshot, at most a tick old.
    public List<Measure> present() {
        return published;
    }

    /// What holds now with all that is known of it, and what held before, the latest end first.
    public List<MeasureRecord> all() {
        lock.lock();
        try {
            var all = new ArrayList<>(present);
            all.addAll(past);
            return List.copyOf(all);
        } finally {
            lock.unlock();
        }
    }

    /// An operator wants something to be done. It is on disk when this returns.
    ///
    /// @param wanted what, and for how long
    /// @param reason why; callers may be told
    /// @param by who, in their own words
    /// @return null when there are too many
    public @Nullable Measure begin(Notice.Wanted wanted, String reason, String by, Instant now) {
        return changing(() -> add(wanted, Measure.Origin.OPERATOR, reason, MeasureRecord.line(by), null, now));
    }

    /// Ends a measure before its time. It is on disk when this returns. What an alert wanted does not begin again while that alert
    /// is open.
    ///
    /// @param by who, in their own words
    /// @return the measure, or null when there is none of that id
    public @Nullable Measure undo(String id, String by, Instant now) {
        return changing(() -> {
            MeasureRecord found = present.stream().filter(each -> each.measure().id().equals(id)).findFirst()
                    .orElse(null);
            if (found == null) {
                return null;
            }
            end(found, now, Why.UNDONE, MeasureRecord.line(by));
            return found.measure();
        });
    }

    /// Follows what becomes of an alert: what it wants begins when it opens, and is over when it is resolved. What was undone, or
    /// whose time was up, does not begin again while the alert is open; when it gets worse, that whose time was up does. Told of
    /// an opening twice it does nothing more, so call it at the start for all alerts that are open, too. Waits for the file at
    /// most, and does not write it.
    ///
    /// @param change what became of the alert; others than these three change nothing
    /// @param opened since when the alert is open, or what led to it began
    /// @param message what the alert says
    /// @param wanted what it wants
    public void follow(Cause cause, AlertChange.Kind change, Instant opened, String message,
            List<Notice.Wanted> wanted, Instant now) {
        lock.lock();
        try {
            if (change == AlertChange.Kind.RESOLVED) {
                endAll(each -> cause.equals(each.cause()), now, Why.RESOLVED, cause.toString());
            } else if (change == AlertChange.Kind.OPENED || change == AlertChange.Kind.WORSENED) {
                wanted.stream().filter(each -> !had(cause, each, opened, change == AlertChange.Kind.WORSENED))
                        .forEach(each -> add(each, Measure.Origin.ALERT, message, cause.toString(), cause, now));
            }
            publish();
        } finally {
            lock.unlock();
        }
    }

    /// The same of what alerts tell of themselves.
    public void follow(AlertChange change) {
        OpenAlert alert = change.alert();
        follow(new Cause(alert.rule(), alert.code(), alert.resource()), change.kind(), alert.firstSeen(),
                alert.message(), alert.wanted(), change.at());
    }

    /// Ends what alerts wanted that are not open: the process may have died between an alert's end and that of its measures.
    public void onlyOf(Collection<OpenAlert> open, Instant now) {
        Set<Cause> causes = open.stream().map(each -> new Cause(each.rule(), each.code(), each.resource()))
                .collect(Collectors.toSet());
        lock.lock();
        try {
            endAll(each -> each.cause() != null && !causes.contains(each.cause()), now, Why.RESOLVED,
                    "the alert is not open");
            publish();
        } finally {
            lock.unlock();
        }
    }

    /// Ends what is over, and writes down what changed. Call it every few hundred milliseconds.
    public void tick(Instant now) {
        changing(() -> {
            expire(now);
            return null;
        });
    }

    /// Whether the alert has had the measure since it opened, so that it does not begin now.
    private boolean had(Cause cause, Notice.Wanted wanted, Instant opened, boolean worse) {
        return Stream.concat(present.stream(), past.stream())
                .filter(each -> cause.equals(each.cause()) && !each.since().isBefore(opened)
                        && each.measure().kind() == wanted.kind() && each.measure().model().equals(wanted.model()))
                .map(MeasureRecord::end)
                .anyMatch(end -> end == null || end.why() == Why.UNDONE || (end.why() == Why.EXPIRED && !worse));
    }

    private @Nullable Measure add(Notice.Wanted wanted, Measure.Origin origin, String reason, String by,
            @Nullable Cause cause, Instant now) {
        if (present.size() >= MOST && !makeRoom(now)) {
            LOG.warn("measure left out, there are too many most={} model={} by=\"{}\"", MOST, wanted.model(), by);
            return null;
        }
        boolean avoid = wanted.kind() == Measure.Kind.AVOID;
        Duration time = wanted.most().compareTo(LONGEST) > 0 ? LONGEST : wanted.most();
        String why = MeasureRecord.line(reason);
        var measure = new Measure("m" + ++last, MeasureRecord.line(wanted.model()), wanted.kind(),
                avoid ? Math.clamp(wanted.points(), 0, 100) : 0,
                why.length() <= LONGEST_REASON ? why : why.substring(0, LONGEST_REASON), origin, by, now.plus(time));
        present.add(new MeasureRecord(measure, cause, now, null));
        changed = true;
        LOG.info("measure began id={} kind={} model={} points={} until={} by=\"{}\" reason=\"{}\"", measure.id(),
                measure.kind(), measure.model(), measure.points(), measure.until(), by, measure.reason());
        return measure;
    }

    private boolean makeRoom(Instant now) {
        MeasureRecord least = present.stream().filter(each -> each.cause() != null).min(SOONEST_OVER).orElse(null);
        if (least == null) {
            return false;
        }
        end(least, now, Why.CROWDED_OUT, "");
        return true;
    }

    private void expire(Instant now) {
        endAll(each -> !each.measure().until().isAfter(now), now, Why.EXPIRED, "");
    }

    private void endAll(Predicate<MeasureRecord> which, Instant now, Why why, String by) {
        present.stream().filter(which).toList().forEach(each -> end(each, now, why, by));
    }

    private void end(MeasureRecord record, Instant now, Why why, String by) {
        present.remove(record);
        past.addFirst(record.ended(now, why, by));
        while (past.size() > MOST_PAST) {
            past.removeLast();
        }
        changed = true;
        LOG.info("measure over id={} kind={} model={} why={} by=\"{}\"", record.measure().id(), record.measure().kind(),
                record.measure().model(), why, by);
    }

    private void publish() {
        if (changed) {
            published = present.stream().map(MeasureRecord::measure).toList();
        }
    }

    /// Changes something and writes it down. Whoever only wants to know, or follows alerts, does not wait for the file.
    private @Nullable Measure changing(Supplier<@Nullable Measure> change) {
        saving.lock();
        try {
            Measure changedOne;
            List<String> now;
            lock.lock();
            try {
                changedOne = change.get();
                publish();
                now = lines();
            } finally {
                lock.unlock();
            }
            // does nothing where nothing has changed; what could not be written is tried again
            file.save(now);
            return changedOne;
        } finally {
            saving.unlock();
        }
    }

    private List<String> lines() {
        if (changed) {
            lines = Stream.concat(present.stream(), past.stream()).map(MeasureRecord::write).toList();
            changed = false;
        }
        return lines;
    }
}
