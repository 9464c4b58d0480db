package dev.formulary.engine.house;

import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Candidate;
import java.util.List;
import java.util.Locale;

/// How a provider does, in one word.
public enum Health {
    /// All of its models can be asked.
    UP,
    /// Calls are kept away from some of its models, or many of its latest calls failed.
    DEGRADED,
    /// It offers no model, or calls are kept away from all of them, or from all that were asked of late.
    DOWN;

    /// The share of failed calls from which a provider is not well.
    static final double FAILING = 0.2;
    /// Of fewer calls the share says too little.
    static final int CALLS = 10;

    /// A breaker that tries whether it is over counts as open: else a provider that is down would seem better again and again.
    /// Models that nobody asked of late can't speak for the others, but the provider can, when it was probed.
    ///
    /// @param answers whether it answered a probe of late
    static Health of(List<Candidate> models, boolean answers) {
        long open = models.stream().filter(each -> each.breaker() != BreakerState.CLOSED).count();
        long asked = models.stream().filter(each -> each.breaker() != BreakerState.CLOSED
                || each.vitals().calls() > 0).count();
        if (open == models.size() || (open > 0 && open == asked && !answers)) {
            return DOWN;
        }
        return open > 0 || (calls(models) >= CALLS && errorRate(models) >= FAILING) ? DEGRADED : UP;
    }

    static int calls(List<Candidate> models) {
        return models.stream().mapToInt(each -> each.vitals().calls()).sum();
    }

    /// The share of failed calls of all models together, 0 to 1; -1 when unknown.
    static double errorRate(List<Candidate> models) {
        int calls = calls(models);
        return calls == 0
                ? -1
                : models.stream().filter(each -> each.vitals().calls() > 0)
                        .mapToDouble(each -> each.errorRate() * each.vitals().calls()).sum() / calls;
    }

    /// As it is written in messages.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
