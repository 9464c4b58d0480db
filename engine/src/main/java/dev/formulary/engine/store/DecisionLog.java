package dev.formulary.engine.store;

import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Outcome;
import dev.formulary.engine.facts.Question;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// The latest decisions, to be looked up. Each new one replaces the oldest. Thread-safe, without locks of its own.
public final class DecisionLog {
    private final AtomicReferenceArray<@Nullable Entry> ring;
    private final Map<String, Entry> byId;
    private final AtomicLong written = new AtomicLong();

    /// @param keep how many decisions are kept, at least 1
    public DecisionLog(int keep) {
        if (keep < 1) {
            throw new IllegalArgumentException("a decision log keeps at least 1 decision, not " + keep);
        }
        ring = new AtomicReferenceArray<>(keep);
        byId = new ConcurrentHashMap<>();
    }

    /// Keeps a decision.
    public void record(Question question, Decision decision) {
        Entry entry = new Entry(question, decision);
        // First the map, then the ring: whoever finds the entry in the ring, to replace it, finds it in the map too.
        byId.put(decision.id(), entry);
        Entry oldest = ring.getAndSet((int) (written.getAndIncrement() % ring.length()), entry);
        if (oldest != null) {
            byId.remove(oldest.decision.id(), oldest);
        }
    }

    /// Adds what came of a call. Does nothing when the decision is not kept any more.
    public void complete(String id, Outcome outcome) {
        Entry entry = byId.get(id);
        if (entry != null) {
            entry.outcome = outcome;
        }
    }

    /// The decision of that id, or null when it is not kept.
    public @Nullable Recorded get(String id) {
        Entry entry = byId.get(id);
        return entry == null ? null : entry.recorded();
    }

    /// The latest decisions, the newest first.
    ///
    /// @param most how many at most
    public List<Recorded> recent(int most) {
        long end = written.get();
        int count = (int) Math.min(Math.max(0, most), Math.min(end, ring.length()));
        List<Recorded> latest = new ArrayList<>(count);
        for (long i = end - 1; i >= end - count; i--) {
            Entry entry = ring.get((int) (i % ring.length()));
            if (entry != null) {
                latest.add(entry.recorded());
            }
        }
        return latest;
    }

    private static final class Entry {
        final Question question;
        final Decision decision;
        volatile @Nullable Outcome outcome;

        Entry(Question question, Decision decision) {
            this.question = question;
            this.decision = decision;
        }

        Recorded recorded() {
            return new Recorded(question, decision, outcome);
        }
    }
}
