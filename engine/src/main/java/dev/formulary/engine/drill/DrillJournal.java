package dev.formulary.engine.drill;

import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Outcome;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.route.Journal;
import java.util.concurrent.atomic.AtomicInteger;

/// Counts calls under way. Thread-safe.
final class DrillJournal implements Journal {
    private final AtomicInteger inFlight = new AtomicInteger();

    int inFlight() {
        return inFlight.get();
    }

    @Override
    public void decided(Question question, Decision decision, long nanos) {
        inFlight.incrementAndGet();
    }

    @Override
    public void completed(Call call, Outcome outcome, String cache) {
        inFlight.decrementAndGet();
    }
}
