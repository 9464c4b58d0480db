package dev.formulary.engine.store;

import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Outcome;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Severity;
import dev.formulary.engine.transport.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteException;

/// Keeps decisions in a file, off the way of calls. Thread-safe.
///
/// A caller only puts an object into a queue; it never waits. One thread empties the queue every [#EVERY_MS] milliseconds,
/// one transaction at a time, so a killed process loses what came since, and a machine without power the last seconds. When
/// the queue is full, what comes is lost, counted, and told by an entry of the log. What can't be written now, because the
/// disk is full for instance, is tried again every second.
public final class DecisionWriter implements AutoCloseable {
    /// How many events wait at most.
    public static final int MOST_WAITING = 4_096;
    /// How often the queue is emptied.
    public static final long EVERY_MS = 100;
    /// The file, in the data folder.
    public static final String FILE = "decisions.db";

    private static final Logger LOG = LoggerFactory.getLogger(DecisionWriter.class);
    /// A start has better things to do; until then everything waits in the queue.
    private static final long FIRST_MS = 1_000;
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long FLUSH_SECONDS = 2;
    private static final int BATCH = 1_024;
    private static final int PRUNE_STEPS = 64;
    /// Between two looks at the size and the age.
    private static final int PRUNE_EVERY = 10;

    private final Path data;
    private final Path cache;
    private final Settings.Decisions settings;
    private final Consumer<Notice> alarm;
    private final Clock clock;
    private final ConcurrentLinkedQueue<Event> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong written = new AtomicLong();
    private final ScheduledExecutorService thread = Threads.timer("decisions");
    private final List<Event> inHand = new ArrayList<>();
    private long lostTold;
    private @Nullable DecisionFile file;
    private boolean failing;
    private long failedAt;
    private int ticks;

    /// Begins to write soon.
    ///
    /// @param data where the file lies, or will
    /// @param cache where the driver may unpack its library
    /// @param alarm told when the log can't be written; on the writer's thread
    public DecisionWriter(Path data, Path cache, Settings.Decisions settings, Consumer<Notice> alarm, Clock clock) {
        this(data, cache, settings, alarm, clock, FIRST_MS);
    }

    /// @param firstMs when to look for the first time; less than 0 for never
    DecisionWriter(Path data, Path cache, Settings.Decisions settings, Consumer<Notice> alarm, Clock clock,
            long firstMs) {
        this.data = data;
        this.cache = cache;
        this.settings = settings;
        this.alarm = alarm;
        this.clock = clock;
        if (firstMs >= 0) {
            var _ = thread.scheduleWithFixedDelay(this::tick, firstMs, EVERY_MS, TimeUnit.MILLISECONDS);
        }
    }

    /// A call was decided. Does not block.
    public void decided(Question question, Decision decision) {
        offer(new Event.Decided(question, decision));
    }

    /// A call has ended. Does not block.
    public void completed(String id, Outcome outcome) {
        offer(new Event.Completed(id, outcome));
    }

    private void offer(Event event) {
        if (waiting.get() >= MOST_WAITING) {
            lost.incrementAndGet();
            return;
        }
        waiting.incrementAndGet();
        queue.add(event);
    }

    /// Events that were not kept since the start.
    public long lost() {
        return lost.get();
    }

    /// Events that were kept since the start.
    public long written() {
        return written.get();
    }

    /// Events that wait to be kept.
    public int waiting() {
        return waiting.get();
    }

    /// Waits until what was noted before is kept, or can't be; two seconds at most.
    void flush() {
        if (waiting.get() == 0) {
            return;
        }
        try {
            thread.submit(this::tick).get(FLUSH_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | RejectedExecutionException e) {
            LOG.debug("decision log is behind waiting={}", waiting.get(), e);
        }
    }

    /// Writes what waits. Only the writer's thread comes here, and at the end the one that closes.
    synchronized void tick() {
        if (failing && System.nanoTime() - failedAt < RETRY_NANOS) {
            return;
        }
        try {
            while (take()) {
                write();
            }
            prune();
        } catch (SQLException | IOException | RuntimeException e) {
            failed(e);
        }
    }

    private boolean take() {
        while (inHand.size() < BATCH) {
            Event event = queue.poll();
            if (event == null) {
                break;
            }
            inHand.add(event);
        }
        return !inHand.isEmpty() || lost.get() > lostTold;
    }

    private void write() throws SQLException, IOException {
        DecisionFile out = file();
        long lostNow = lost.get();
        out.append(inHand, lostNow - lostTold, now());
        lostTold = lostNow;
        written.addAndGet(inHand.size());
        waiting.addAndGet(-inHand.size());
        inHand.clear();
        if (failing) {
            failing = false;
            LOG.info("decision log writes again lost={}", lostNow);
        }
    }

    private DecisionFile file() throws SQLException, IOException {
        DecisionFile open = file;
        if (open == null) {
            open = open();
            file = open;
        }
        return open;
    }

    private DecisionFile open() throws SQLException, IOException {
        Path path = data.resolve(FILE);
        var discretion = new Discretion(settings.personal(), data);
        try {
            return new DecisionFile(path, cache, discretion);
        } catch (SQLiteException e) {
            if (!Database.isDamaged(e)) {
                throw e;
            }
            Path aside = data.resolve(FILE + ".broken-" + now().toEpochMilli());
            Files.move(path, aside, StandardCopyOption.ATOMIC_MOVE);
            LOG.error("decision log is damaged; a new one begins movedTo={}", aside.getFileName(), e);
            return new DecisionFile(path, cache, discretion);
        }
    }

    private void prune() throws SQLException {
        if (file == null || ++ticks % PRUNE_EVERY != 0) {
            return;
        }
        Instant oldest = now().minus(settings.retention());
        for (int step = 0; step < PRUNE_STEPS && file.prune(oldest, settings.maxSize(), now()); step++) {
            LOG.debug("decision log pruned step={}", step);
        }
    }

    /// What is in hand stays there, and is tried again with a new connection.
    private void failed(Exception cause) {
        if (cause instanceof RuntimeException) {
            // these would fail again, and nothing after them would be kept
            lost.addAndGet(inHand.size());
            waiting.addAndGet(-inHand.size());
            inHand.clear();
        }
        if (!failing) {
            LOG.error("decision log can't be written; calls go on, decisions wait waiting={} reason={}", waiting.get(),
                    cause.getMessage(), cause instanceof RuntimeException ? cause : null);
        }
        failing = true;
        failedAt = System.nanoTime();
        alarm.accept(new Notice("engine", Severity.CRITICAL, "decision-log-failing",
                "decisions can't be kept: " + cause.getMessage()));
        closeFile();
    }

    private void closeFile() {
        try {
            if (file != null) {
                file.close();
            }
        } catch (SQLException e) {
            LOG.warn("decision log did not close cleanly", e);
        } finally {
            file = null;
        }
    }

    private Instant now() {
        return clock.instant();
    }

    /// For tests.
    synchronized void limitPages(long pages) throws SQLException, IOException {
        file().limitPages(pages);
    }

    /// Writes what waits, and stops.
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(5, TimeUnit.SECONDS)) {
                LOG.warn("decision log is still being written waiting={}", waiting.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (this) {
            failedAt -= RETRY_NANOS;
            tick();
            closeFile();
        }
    }
}
