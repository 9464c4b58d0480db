package dev.formulary.engine.store;

import dev.formulary.engine.config.LedgerSettings;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Severity;
import dev.formulary.engine.transport.Threads;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries over what stands in the journal into the database, on a thread of its own, and lets go of files of the journal of
/// which all is committed. What can't be written is tried again every second.
final class LedgerWriter implements AutoCloseable {
    /// A start has better things to do.
    static final long FIRST_MS = 1_000;
    private static final Logger LOG = LoggerFactory.getLogger(LedgerWriter.class);
    private static final long EVERY_MS = 200;
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long FLUSH_SECONDS = 2;
    /// Between two looks at the age of what there is.
    private static final int PRUNE_EVERY = 300;
    private static final int PRUNE_STEPS = 128;

    private final LedgerJournal journal;
    private final LedgerGathering gathering;
    private final Destination destination;
    private final LedgerSettings settings;
    private final Consumer<Notice> alarm;
    private final Clock clock;
    private final ScheduledExecutorService thread = Threads.timer("ledger");
    private final List<Booking> inHand = new ArrayList<>();
    private final AtomicLong booked = new AtomicLong();
    private final AtomicLong unsettled = new AtomicLong();
    private @Nullable LedgerFile file;
    private volatile boolean failing;
    private boolean closed;
    private long failedAt;
    private int ticks;

    /// Where it books, and as who.
    ///
    /// @param origin the number of the journal
    record Destination(LedgerPlace place, String node, long origin) {
        LedgerFile open() throws SQLException {
            return new LedgerFile(place, node, origin);
        }
    }

    LedgerWriter(LedgerJournal journal, Destination destination, LedgerSettings settings, Consumer<Notice> alarm,
            Clock clock, long firstMs) {
        this.journal = journal;
        this.destination = destination;
        this.settings = settings;
        this.alarm = alarm;
        this.clock = clock;
        gathering = new LedgerGathering(journal);
        if (firstMs >= 0) {
            var _ = thread.scheduleWithFixedDelay(this::tick, firstMs, EVERY_MS, TimeUnit.MILLISECONDS);
            journal.whenUsed(this::prepareSoon);
        }
    }

    /// The end of an attempt could not be written.
    void lostEnd(long id) {
        gathering.lostEnd(id);
    }

    long booked() {
        return booked.get();
    }

    long unsettled() {
        return unsettled.get();
    }

    boolean failing() {
        return failing;
    }

    private void prepareSoon() {
        try {
            thread.execute(this::prepare);
        } catch (RejectedExecutionException e) {
            LOG.debug("the ledger is closed", e);
        }
    }

    void flush() {
        try {
            thread.submit(this::tick).get(FLUSH_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | RejectedExecutionException e) {
            LOG.debug("ledger is behind", e);
        }
    }

    /// Books what has ended. Only the writer's thread comes here, and at the end the one that closes.
    synchronized void tick() {
        if (closed || (failing && System.nanoTime() - failedAt < RETRY_NANOS)) {
            return;
        }
        Exception wrong = prepare();
        try {
            write();
            prune();
        } catch (SQLException | IOException | RuntimeException e) {
            closeFile();
            wrong = e;
        }
        if (wrong != null) {
            failed(wrong);
        } else if (failing) {
            failing = false;
            LOG.info("ledger books again");
        }
    }

    /// What stands in the journal can be booked also where there is no room for more of it, and so makes room.
    private @Nullable Exception prepare() {
        try {
            journal.prepare();
            return null;
        } catch (IOException | RuntimeException e) {
            return e;
        }
    }

    private void write() throws SQLException, IOException {
        long now = clock.millis();
        while (!inHand.isEmpty() || gathering.gather(inHand, now)) {
            if (!inHand.isEmpty()) {
                booked.addAndGet(file().book(inHand));
                unsettled.addAndGet(
                        inHand.stream().filter(each -> each.closing().state() == Booked.UNSETTLED).count());
                inHand.clear();
            }
        }
        List<JournalSegment> done = gathering.done();
        if (!done.isEmpty()) {
            file().sync();
            for (JournalSegment each : done) {
                gathering.release(each);
            }
        }
    }

    private LedgerFile file() throws SQLException, IOException {
        LedgerFile open = file;
        if (open == null) {
            open = open();
            file = open;
        }
        return open;
    }

    private LedgerFile open() throws SQLException, IOException {
        try {
            return destination.open();
        } catch (SQLException e) {
            if (!destination.place().putAside(e, clock.millis())) {
                throw e;
            }
            return destination.open();
        }
    }

    /// Also opens what there is before anything is booked, so that old entries go, tables are brought up to date, and what is
    /// wrong is told.
    private void prune() throws SQLException, IOException {
        if (ticks % PRUNE_EVERY == 0 && (file != null || destination.place().exists())) {
            LedgerFile open = file();
            Instant now = clock.instant();
            for (int step = 0; step < PRUNE_STEPS
                    && open.prune(now.minus(settings.retention()), now.minus(settings.days()),
                            settings.maxSize()); step++) {
                LOG.debug("ledger pruned step={}", step);
            }
        }
        ticks++;
    }

    private void failed(Exception cause) {
        if (!failing) {
            LOG.error("ledger can't be written; calls go on, what they cost waits in the journal reason={}",
                    cause.getMessage(), cause instanceof RuntimeException ? cause : null);
        }
        failing = true;
        failedAt = System.nanoTime();
        alarm.accept(new Notice("engine", Severity.CRITICAL, "ledger-failing",
                "what attempts cost can't be booked: " + cause.getMessage()));
    }

    private void closeFile() {
        try {
            if (file != null) {
                file.close();
            }
        } catch (SQLException e) {
            LOG.warn("ledger did not close cleanly", e);
        } finally {
            file = null;
        }
    }

    /// For tests.
    synchronized void limitPages(long pages) throws SQLException, IOException {
        file().limitPages(pages);
    }

    /// For tests: tries again at once.
    synchronized void retry() {
        failedAt = System.nanoTime() - RETRY_NANOS;
        tick();
    }

    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(5, TimeUnit.SECONDS)) {
                LOG.warn("ledger is still being written");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (this) {
            retry();
            closed = true;
            end();
            closeFile();
        }
    }

    private void end() {
        try {
            if (!failing && inHand.isEmpty() && gathering.isEmpty()) {
                if (file != null) {
                    file.sync();
                }
                journal.finish();
            }
            if (journal.waiting() > 0) {
                LOG.error("beginnings and ends of attempts are not booked, there was no room for them count={}",
                        journal.waiting());
            }
            journal.close();
        } catch (IOException | SQLException e) {
            LOG.warn("the ledger's journal did not close cleanly", e);
        }
    }
}
