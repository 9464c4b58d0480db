package dev.formulary.engine.boot;

import dev.formulary.engine.admin.Change;
import dev.formulary.engine.dispatch.Breakers;
import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Candidate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Shows breakers, and lets an operator open and close them. Thread-safe.
final class BreakerDesk {
    private final Breakers breakers;
    private final Supplier<List<Candidate>> candidates;

    BreakerDesk(Breakers breakers, Supplier<List<Candidate>> candidates) {
        this.breakers = breakers;
        this.candidates = candidates;
    }

    /// A model's breaker.
    ///
    /// @param until when it tries again; null when it is closed, or as an operator says
    /// @param times how often it has opened in a row
    record Line(String model, BreakerState state, @Nullable Instant until, int times) {}

    List<Line> lines() {
        Map<String, Breakers.Opening> openings = breakers.openings();
        return breakers.all().entrySet().stream().map(entry -> {
            Breakers.Opening opening = openings.get(entry.getKey());
            return opening == null
                    ? new Line(entry.getKey(), entry.getValue(), null, 0)
                    : new Line(entry.getKey(), entry.getValue(), opening.until(), opening.times());
        }).toList();
    }

    Map<String, Supplier<?>> documents() {
        return Map.of("/admin/breakers/history", breakers::history);
    }

    Map<String, Change> changes() {
        return Map.of("/admin/breakers/open", said -> change(said, Breakers.Manual.OPEN),
                "/admin/breakers/close", said -> change(said, Breakers.Manual.CLOSED),
                "/admin/breakers/reset", said -> change(said, Breakers.Manual.NONE));
    }

    private Change.Result change(Map<String, String> said, Breakers.Manual how) {
        breakers.override(ModelDesk.named(said, candidates.get()).id(), how);
        return new Change.Result.Done(lines());
    }
}
