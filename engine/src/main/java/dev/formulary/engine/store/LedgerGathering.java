package dev.formulary.engine.store;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts together the beginnings and the ends of attempts that stand in the journal. One thread gathers.
final class LedgerGathering {
    static final int BATCH = 1_024;
    /// No attempt lasts longer; one that seems to has lost its end.
    static final Duration LONGEST = Duration.ofDays(2);
    private static final Logger LOG = LoggerFactory.getLogger(LedgerGathering.class);

    private final LedgerJournal journal;
    /// What is younger has begun in this process.
    private final long before;
    private final Map<Long, Begun> underWay = new LinkedHashMap<>();
    /// What stands in files that are not gone yet.
    private final Map<JournalSegment, Map<Integer, PriceList>> prices = new HashMap<>();
    private final JournalReader reader;
    private final Set<Long> lostEnds = ConcurrentHashMap.newKeySet();
    private boolean caughtUp;

    private record Begun(Opening opening, JournalSegment file) {}

    LedgerGathering(LedgerJournal journal) {
        this.journal = journal;
        reader = new JournalReader(journal);
        before = journal.lastId();
    }

    /// The end of an attempt will never stand in the journal.
    void lostEnd(long id) {
        lostEnds.add(id);
    }

    /// Reads on.
    ///
    /// @param found gets the attempts that have ended, [#BATCH] at most and, at the end, those that never will
    /// @return whether it was anything
    boolean gather(List<Booking> found, long now) {
        while (found.size() < BATCH) {
            JournalReader.Entry entry = reader.next();
            if (entry == null) {
                orphans(found, now);
                return !found.isEmpty();
            }
            Booking booking = take(entry);
            if (booking != null) {
                found.add(booking);
            }
        }
        return true;
    }

    private @Nullable Booking take(JournalReader.Entry entry) {
        try {
            if (LedgerEntries.isPrices(entry.content())) {
                LedgerEntries.Numbered found = LedgerEntries.prices(entry.content());
                prices.computeIfAbsent(entry.file(), _ -> new HashMap<>()).put(found.number(), found.prices());
                return null;
            }
            if (LedgerEntries.isOpening(entry.content())) {
                Opening opening = LedgerEntries.opening(entry.content(),
                        number -> prices.getOrDefault(entry.file(), Map.of()).get(number));
                underWay.put(opening.id(), new Begun(opening, entry.file()));
                return null;
            }
            Closing closing = LedgerEntries.closing(entry.content());
            Begun begun = underWay.remove(closing.id());
            return begun == null ? null : new Booking(begun.opening(), closing);
        } catch (IllegalArgumentException e) {
            LOG.error("an entry of the ledger's journal can't be read and is left out file={}", entry.file().file(), e);
            return null;
        }
    }

    private void orphans(List<Booking> found, long now) {
        if (caughtUp && lostEnds.isEmpty() && !hasTooOld(now)) {
            return;
        }
        caughtUp = true;
        for (Iterator<Begun> each = underWay.values().iterator(); each.hasNext();) {
            Opening opening = each.next().opening();
            if (opening.id() <= before || lostEnds.remove(opening.id()) || isTooOld(opening, now)) {
                found.add(new Booking(opening, Closing.unsettled(opening)));
                each.remove();
            }
        }
    }

    private boolean hasTooOld(long now) {
        return !underWay.isEmpty() && isTooOld(underWay.values().iterator().next().opening(), now);
    }

    private static boolean isTooOld(Opening opening, long now) {
        return opening.at() < now - LONGEST.toMillis();
    }

    /// Files of which nothing is needed any more, once what was found is committed. The last one stays, for it knows the last id.
    List<JournalSegment> done() {
        List<JournalSegment> done = new ArrayList<>(0);
        for (JournalSegment file : reader.read()) {
            if (done.size() < journal.files() - 1
                    && underWay.values().stream().noneMatch(begun -> begun.file().equals(file))) {
                done.add(file);
            }
        }
        return done;
    }

    void release(JournalSegment file) throws IOException {
        reader.forget(file);
        prices.remove(file);
        journal.release(file);
    }

    /// Whether no attempt is under way.
    boolean isEmpty() {
        return underWay.isEmpty();
    }
}
