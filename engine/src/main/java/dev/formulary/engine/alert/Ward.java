package dev.formulary.engine.alert;

import dev.formulary.engine.config.AlertSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// All that is known of alerts, under one lock, and in files. Thread-safe.
final class Ward {
    /// What was seen last is written down that often.
    private static final Duration SAVED_EVERY = Duration.ofMinutes(1);

    final Silences silences = new Silences();
    final Outgoing outgoing = new Outgoing();
    final Cases cases;
    final Herald herald;
    final AlertHistory history;
    /// Taken before the other one, by whoever writes to the disk.
    private final ReentrantLock saving = new ReentrantLock();
    private final ReentrantLock turn = new ReentrantLock();
    private final List<Consumer<AlertChange>> watchers = new CopyOnWriteArrayList<>();
    private final @Nullable AlertFile file;
    private boolean changed;
    private Instant passed = Instant.MIN;
    private Instant saved = Instant.MIN;
    private volatile Set<String> codes = Set.of();

    /// @param data where it is kept, or null
    Ward(AlertSettings settings, Duration resolveAfter, @Nullable Path data, RandomGenerator random) {
        herald = new Herald(settings, silences, () -> id(random));
        cases = new Cases(resolveAfter, settings.life().flapping(), new Steps());
        file = data == null ? null : new AlertFile(data.resolve(Alerts.FILE));
        history = new AlertHistory(data == null ? null : data.resolve(Alerts.HISTORY));
    }

    private static String id(RandomGenerator random) {
        var bytes = new byte[16];
        random.nextBytes(bytes);
        return "alert_" + HexFormat.of().formatHex(bytes);
    }

    /// Takes over what an earlier process has kept.
    void restore(Instant now) {
        if (file != null) {
            file.restore(content(), now.truncatedTo(ChronoUnit.MILLIS));
        }
        publish();
    }

    private AlertFile.Content content() {
        return new AlertFile.Content(cases, silences, herald, outgoing);
    }

    <T> T locked(Supplier<T> what) {
        turn.lock();
        try {
            return what.get();
        } finally {
            turn.unlock();
        }
    }

    void run(Runnable what) {
        locked(() -> {
            what.run();
            return true;
        });
    }

    /// Does something that must be kept before it is answered.
    <T> T settled(Instant now, Supplier<T> what) {
        T made = locked(() -> {
            changed = true;
            return what.get();
        });
        settle(now);
        return made;
    }

    void follow(Consumer<AlertChange> watcher) {
        run(() -> {
            cases.open.values().forEach(each -> watcher.accept(new AlertChange(AlertChange.Kind.OPENED, each.shown(),
                    each.lastSeen())));
            watchers.add(watcher);
        });
    }

    /// Decides what is to be told, writes all down, and then hands it over.
    void settle(Instant now) {
        saving.lock();
        try {
            List<String> lines = locked(() -> pass(now));
            history.save();
            if (file != null && !lines.isEmpty()) {
                file.save(lines);
            }
            outgoing.handOver();
        } finally {
            saving.unlock();
        }
    }

    /// What is to be written down; empty when it is what was written before.
    private List<String> pass(Instant now) {
        changed |= silences.expire(now);
        changed |= cases.takeChanged();
        if (changed || passed.isAfter(now) || !passed.plusSeconds(1).isAfter(now)) {
            passed = now;
            herald.pass(cases.open.values(), now).forEach(outgoing::keep);
        }
        changed |= outgoing.takeChanged();
        boolean due = changed || saved.isAfter(now) || !saved.plus(SAVED_EVERY).isAfter(now);
        changed = false;
        if (!due || file == null) {
            return List.of();
        }
        saved = now;
        return AlertFile.lines(content());
    }

    /// Writes down what is left.
    void close() {
        saving.lock();
        try {
            history.save();
            if (file != null) {
                file.save(locked(() -> AlertFile.lines(content())));
            }
        } finally {
            saving.unlock();
        }
    }

    Set<String> codes() {
        return codes;
    }

    private void publish() {
        codes = cases.open.keySet().stream().map(AlertKey::code).collect(Collectors.toUnmodifiableSet());
    }

    private final class Steps implements Cases.Told {
        @Override
        public void opened(Incident fresh, Instant now) {
            herald.opened(fresh);
            happened(AlertChange.Kind.OPENED, fresh, now);
        }

        @Override
        public void worsened(Incident worse, Instant now) {
            happened(AlertChange.Kind.WORSENED, worse, now);
        }

        @Override
        public void closed(Incident over, String how, Instant now) {
            herald.over(over);
            history.add(ClosedAlert.of(over, how, now));
            happened(AlertChange.Kind.RESOLVED, over, now);
        }

        private void happened(AlertChange.Kind kind, Incident what, Instant now) {
            publish();
            OpenAlert shown = what.shown();
            watchers.forEach(each -> each.accept(new AlertChange(kind, kind == AlertChange.Kind.RESOLVED
                    ? shown.resolved()
                    : shown, now)));
        }
    }
}
