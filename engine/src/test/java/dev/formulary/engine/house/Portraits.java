package dev.formulary.engine.house;

import dev.formulary.engine.Samples;
import dev.formulary.engine.alert.OpenAlert;
import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Budget;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.LearnedLimit;
import dev.formulary.engine.facts.Occupancy;
import dev.formulary.engine.facts.Severity;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A gateway that tests paint as they like.
final class Portraits {
    static final Instant NOON = Samples.NOON;

    Instant at = NOON;
    final List<ProviderState> providers = new ArrayList<>();
    final List<Budget> budgets = new ArrayList<>();
    final List<OpenAlert> alerts = new ArrayList<>();
    int waiting;
    long costMicros;
    String auto = "auto";

    Portraits provider(String id, BreakerState... breakers) {
        return provider(id, List.of(), breakers);
    }

    Portraits provider(String id, List<LearnedLimit> limits, BreakerState... breakers) {
        var models = new ArrayList<Candidate>();
        for (BreakerState breaker : breakers) {
            models.add(model(id, "m" + models.size(), breaker, -1, 0, 1));
        }
        providers.removeIf(each -> each.id().equals(id));
        providers
                .add(new ProviderState(id, models, new Occupancy(1, 4, 2), new ProviderState.FirstByte(80, 300), limits,
                        new ProviderState.Probed(NOON, "answered")));
        return this;
    }

    static Candidate model(String provider, String model, BreakerState breaker, double errorRate, int calls,
            int inFlight) {
        return Candidate.of(provider, Samples.free(provider, model).card(),
                new Candidate.Vitals(breaker, errorRate, calls, -1, -1, inFlight, 7));
    }

    Portraits budget(String id, long spent) {
        budgets.removeIf(each -> each.id().equals(id));
        budgets.add(new Budget(id, "total", spent, 0, 5_250_000, Instant.parse("2026-12-01T00:00:00Z")));
        return this;
    }

    Portraits alert(String code, Severity severity, OpenAlert.Acknowledgement... by) {
        alerts.removeIf(each -> each.code().equals(code));
        alerts.add(new OpenAlert("health", code, severity, "it is so", NOON, at, 3, by.length == 0 ? null : by[0]));
        return this;
    }

    Portrait paint() {
        return new Portrait(at, providers, budgets, alerts, Map.of("cloud", new Occupancy(1, 4, waiting)), waiting, 1,
                new Portrait.Cost(LocalDate.of(2026, 11, 20), costMicros, 3, 1),
                new Portrait.Auto(auto, List.of("auto", "home-vision")));
    }
}
