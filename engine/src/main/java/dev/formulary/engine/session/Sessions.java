package dev.formulary.engine.session;

import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Continuity;
import dev.formulary.engine.facts.Gravity;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.SessionName;
import dev.formulary.engine.facts.SessionRecord;
import dev.formulary.engine.facts.Severity;
import dev.formulary.engine.transport.Threads;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What came before in each session, by tenant and session. Thread-safe.
///
/// All of it lies in memory, bounded in number and by idle time, so a call waits for no disk. A thread of its own writes what
/// changed to the shelf every [#EVERY_MS] milliseconds: a killed process loses what changed since, so that a session goes on
/// as it was a moment before. What changes is told to the other nodes of a cluster, if there are any. Calls of a session that come before the shelf was read at the start wait for that.
public final class Sessions implements AutoCloseable {
    /// How often what changed is written, in milliseconds.
    public static final long EVERY_MS = 100;

    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);
    private static final long PATIENCE_MS = 2_000;
    private static final long CLOSE_SECONDS = 5;

    private final Book book;
    private final Duration idle;
    private final int most;
    private final Shelf shelf;
    private final Siblings siblings;
    private final Consumer<Notice> alarm;
    private final Clock clock;
    private final CountDownLatch loaded = new CountDownLatch(1);
    /// Held while the shelf is used, never on the way of a call.
    private final ReentrantLock shelving = new ReentrantLock();
    private final ScheduledExecutorService thread = Threads.timer("sessions");
    private boolean failing;

    /// Begins to read the shelf.
    ///
    /// @param alarm told when the shelf can't be written; on another thread
    public Sessions(Settings.Sessions settings, Shelf shelf, Consumer<Notice> alarm, Clock clock) {
        this(settings, shelf, Siblings.NONE, alarm, clock);
    }

    /// The same, shared with other nodes.
    public Sessions(Settings.Sessions settings, Shelf shelf, Siblings siblings, Consumer<Notice> alarm, Clock clock) {
        this(settings, shelf, siblings, alarm, clock, EVERY_MS);
    }

    /// @param everyMs how often what changed is written; 0 for only when told
    Sessions(Settings.Sessions settings, Shelf shelf, Siblings siblings, Consumer<Notice> alarm, Clock clock,
            long everyMs) {
        this.siblings = siblings;
        this.idle = settings.idle();
        this.most = settings.most();
        this.book = new Book(most);
        this.shelf = shelf;
        this.alarm = alarm;
        this.clock = clock;
        thread.execute(this::load);
        if (everyMs > 0) {
            var _ = thread.scheduleWithFixedDelay(this::save, everyMs, everyMs, TimeUnit.MILLISECONDS);
        }
    }

    private void load() {
        shelving.lock();
        try {
            shelf.youngest(most, since()).forEach(book::addOlder);
        } catch (IOException | RuntimeException e) {
            LOG.error("sessions of before can't be read, they begin anew reason={}", e.getMessage(),
                    e instanceof RuntimeException ? e : null);
        } finally {
            shelving.unlock();
        }
        try {
            siblings.heed(record -> book.add(record, since()), book::forget);
        } catch (RuntimeException e) {
            LOG.error("what other nodes know of sessions can't be read", e);
        } finally {
            loaded.countDown();
        }
    }

    /// What came before the call in its session.
    public Continuity before(Call call) {
        if (call.session() == null) {
            return Continuity.NONE;
        }
        awaitLoad();
        Instant now = clock.instant();
        SessionRecord known = book.find(SessionName.of(call).key(), now.minus(idle));
        return known == null ? Continuity.NEW : known.at(now);
    }

    private void awaitLoad() {
        try {
            if (loaded.getCount() > 0 && !loaded.await(PATIENCE_MS, TimeUnit.MILLISECONDS)) {
                LOG.warn("sessions are still being read, what was before is not known yet");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// A call was decided.
    public void called(Call call, Context context) {
        Instant now = clock.instant();
        Book.Change change = change(call, now, record -> record.called(Gravity.of(context), context.emotion(), now));
        if (change != null && !change.before().sees(change.after())) {
            siblings.tell(change.after());
        }
    }

    /// A call was answered.
    ///
    /// @param model `provider/model`
    public void answered(Call call, String model) {
        Instant now = clock.instant();
        Book.Change change = change(call, now, record -> record.answeredBy(model, now));
        if (change != null) {
            siblings.tell(change.after());
        }
    }

    private Book.@Nullable Change change(Call call, Instant now, UnaryOperator<SessionRecord> change) {
        return call.session() == null ? null : book.change(SessionName.of(call).key(), now, now.minus(idle), change);
    }

    /// How many sessions are remembered.
    public int count() {
        return book.size();
    }

    /// What is remembered of a session, if anything.
    public Optional<SessionRecord> find(String tenant, String session) {
        awaitLoad();
        return Optional.ofNullable(book.find(new SessionName(tenant, session).key(), since()));
    }

    /// Forgets a session, on the shelf too. May block.
    ///
    /// @return false when there is none
    public boolean forget(String tenant, String session) {
        // what is read later would bring it back
        awaitLoad();
        String key = new SessionName(tenant, session).key();
        boolean known = book.forget(key);
        siblings.forget(key);
        if (known) {
            save();
        }
        return known;
    }

    private Instant since() {
        return clock.instant().minus(idle);
    }

    /// Writes what changed. What can't be written stays and is tried again.
    void save() {
        shelving.lock();
        try {
            Instant since = since();
            boolean ended = book.expire(since);
            Book.Changes changes = book.changes();
            if (ended || !changes.none()) {
                write(changes, since);
            }
        } finally {
            shelving.unlock();
        }
    }

    private void write(Book.Changes changes, Instant since) {
        try {
            shelf.write(changes.changed(), changes.gone(), since, most);
            if (failing) {
                LOG.info("sessions are kept again");
            }
            failing = false;
        } catch (IOException | RuntimeException e) {
            book.giveBack(changes);
            if (!failing) {
                LOG.error("sessions can't be kept, they go on in memory reason={}", e.getMessage(),
                        e instanceof RuntimeException ? e : null);
            }
            failing = true;
            alarm.accept(new Notice("engine", Severity.WARNING, "sessions-not-kept",
                    "sessions would not outlive a restart: " + e.getMessage()));
        }
    }

    /// Writes what changed, and stops.
    @Override
    public void close() throws IOException {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("sessions are still being written");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        save();
        shelf.close();
    }
}
