package dev.formulary.engine.store;

import dev.formulary.engine.config.LedgerSettings;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Severity;
import dev.formulary.spi.Usage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Books what each attempt costs, exactly once however the process ends. Thread-safe.
///
/// When an attempt begins, the most that it may cost is written into a journal that outlives the process, and when it ends what
/// it did cost; a thread of its own carries that over into `data/ledger.db`, or the PostgreSQL of the settings. What had begun and not ended when the process died
/// is booked as [Booked#UNSETTLED] with the most that it may have cost.
public final class Ledger implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
    /// The journal's folder, in the data folder.
    static final String JOURNAL = "ledger";
    /// Holds random bytes that tell one journal from another, also where two nodes have the same name.
    private static final String ORIGIN = "origin";

    private final Clock clock;
    private final LedgerJournal journal;
    private final LedgerWriter writer;
    private final Discretion discretion;
    private final boolean asTheyAre;
    private final PriceNumbers prices = new PriceNumbers();
    private final AtomicLong lost = new AtomicLong();
    private final Consumer<Notice> alarm;

    /// @param data the data folder
    /// @param cache where the database driver may unpack its library
    /// @param node which books
    /// @param personal what becomes of tenant, key, session and tag: `keep`, `hash` or `mask`, as in the decision log
    /// @param alarm told when something can't be booked
    /// @throws IOException when the journal that a process before has left can't be read
    public Ledger(Path data, Path cache, LedgerSettings settings, String node, String personal,
            Consumer<Notice> alarm, Clock clock) throws IOException {
        this(data, LedgerPlace.of(data, cache, settings), settings, node, personal, alarm, clock,
                LedgerWriter.FIRST_MS, LedgerJournal.USUAL_BYTES);
    }

    /// @param firstMs when to look for the first time; less than 0 for never
    /// @param bytes of a file of the journal
    Ledger(Path data, LedgerPlace place, LedgerSettings settings, String node, String personal,
            Consumer<Notice> alarm, Clock clock, long firstMs, int bytes) throws IOException {
        this.clock = clock;
        this.alarm = alarm;
        discretion = discretion(personal, data);
        asTheyAre = personal.equals("keep");
        Path folder = data.resolve(JOURNAL);
        journal = LedgerJournal.open(folder, bytes);
        long origin = ByteBuffer.wrap(OwnSecret.in(folder.resolve(ORIGIN))).getLong();
        writer = new LedgerWriter(journal, new LedgerWriter.Destination(place, node, origin), settings, alarm, clock,
                firstMs);
    }

    private static Discretion discretion(String personal, Path data) throws IOException {
        try {
            return new Discretion(personal, data);
        } catch (IOException e) {
            LOG.error("names in the ledger can't be told apart reason={}", e.getMessage());
            return new Discretion("mask", data);
        }
    }

    /// An attempt that is booked when it ends.
    public final class Entry {
        private final Beginning beginning;
        private final long id;

        private Entry(Beginning beginning, long id) {
            this.beginning = beginning;
            this.id = id;
        }

        /// The attempt is over. To be called once.
        ///
        /// @param cost in micro-dollars, -1 when a price is unknown
        public void ended(Booked state, Usage usage, long cost) {
            if (id != 0 && !journal.append(LedgerBytes.of(closing(state, usage, cost)))) {
                writer.lostEnd(id);
                tell();
            }
        }

        private Closing closing(Booked state, Usage usage, long cost) {
            Candidate candidate = beginning.candidate();
            boolean accepted = beginning.counts() && (state == Booked.ANSWERED || state == Booked.CACHED);
            boolean estimated = cost < 0
                    || (usage.estimated() && state != Booked.CACHED && !candidate.free());
            return new Closing(id, state, accepted, estimated, Charge.of(candidate.card(), usage, cost),
                    reference(accepted, usage));
        }

        /// Only an answer would have cost something by another model.
        private long reference(boolean accepted, Usage usage) {
            Candidate reference = beginning.reference();
            if (!accepted) {
                return beginning.counts() ? 0 : -1;
            }
            return reference == null ? -1 : reference.costMicros(usage);
        }
    }

    /// Books an attempt with the most that it may cost, until it ends. Does not wait for a disk, but where files of the journal
    /// are used up faster than they are made.
    public Entry begin(Beginning beginning) {
        long at = clock.millis();
        long id = journal.nextId(at);
        Opening opening = opening(beginning, id, at);
        if (!journal.append(LedgerBytes.of(opening, prices.of(opening.prices())))) {
            lost.incrementAndGet();
            tell();
            return new Entry(beginning, 0);
        }
        return new Entry(beginning, id);
    }

    /// Books an answer for which no model was asked.
    ///
    /// @param usage what it had when it was given
    public void cached(Beginning beginning, Usage usage) {
        begin(beginning).ended(Booked.CACHED, usage, 0);
    }

    private Opening opening(Beginning b, long id, long at) {
        Call call = b.call();
        String session = call.session() == null ? "" : call.session();
        String labels = call.labels().isEmpty() ? "" : String.join(",", call.labels().stream().sorted().toList());
        Candidate reference = b.reference();
        return new Opening(id, at, call.id(), b.attempt(), call.via(), token(call.tenant()), token(call.key()),
                token(session), labels, token(call.tag()), b.candidate().id(), b.rule(),
                reference == null ? "" : reference.id(), b.most(),
                new PriceList(b.candidate().card()));
    }

    private String token(String value) {
        if (asTheyAre || value.isEmpty()) {
            return value;
        }
        synchronized (discretion) {
            return discretion.token(value);
        }
    }

    private void tell() {
        try {
            alarm.accept(new Notice("engine", Severity.CRITICAL, "ledger-failing",
                    "what attempts cost can't be booked: there is no room for the journal"));
        } catch (RuntimeException e) {
            LOG.error("nobody could be told that the ledger fails", e);
        }
    }

    /// Attempts that could not be booked since the start.
    public long lost() {
        return lost.get();
    }

    /// Attempts that were booked since the start with the most that they may have cost, as nobody knows what they did.
    public long unsettled() {
        return writer.unsettled();
    }

    /// Whether what was noted can't be booked at present, and waits.
    public boolean failing() {
        return writer.failing();
    }

    /// The share of the room for the journal that is in use, 0 to 1. Where it is 1 and nothing is booked, attempts get lost.
    public double journalUsed() {
        return journal.usedRatio();
    }

    /// Attempts that were booked since the start.
    public long booked() {
        return writer.booked();
    }

    /// Waits until what was noted before is booked, or can't be; two seconds at most.
    public void flush() {
        writer.flush();
    }

    /// For tests.
    LedgerWriter writer() {
        return writer;
    }

    /// Books what has ended, and stops. What has not ended is booked at the next start.
    @Override
    public void close() {
        writer.close();
    }
}
