package dev.formulary.engine.facts;

import java.time.Instant;

/// Money that may be spent in a period. Amounts are whole micro-dollars.
///
/// @param id its name in the configuration
/// @param scope what it counts: `total`, `tenant:NAME` or `provider:NAME`
/// @param spent booked in this period
/// @param reserved held back for calls under way
/// @param limit not to be passed
/// @param resetsAt when the next period begins
public record Budget(String id, String scope, long spent, long reserved, long limit, Instant resetsAt) {

    /// Spent and reserved as a share of the limit, 0 or more.
    public double usedRatio() {
        return limit <= 0 ? 1 : (double) (spent + reserved) / limit;
    }

    /// Whether nothing more may be spent.
    public boolean exhausted() {
        return spent + reserved >= limit;
    }

    /// Whether a call of that tenant counts against it; budgets of a provider count whoever calls.
    public boolean counts(Call call) {
        return !scope.startsWith("tenant:") || scope.equals("tenant:" + call.tenant());
    }

    /// Whether an answer of that model counts against it.
    public boolean counts(Candidate candidate) {
        return !scope.startsWith("provider:") || scope.equals("provider:" + candidate.provider());
    }
}
