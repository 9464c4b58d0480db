package dev.formulary.engine.facts;

import java.time.Instant;

/// Money that may be spent in a period. Amounts are whole micro-dollars.
///
/// @param id its name in the configuration; one of those that are for each tenant or key by itself has the name after a colon
/// @param scope what it counts: `total`, `tenant:NAME`, `key:NAME`, `tag:NAME` or `provider:NAME`
/// @param spent booked in this period
/// @param reserved held back for calls under way
/// @param limit not to be passed
/// @param resetsAt when the next period begins; of a rolling one when the oldest of what was spent is free again
/// @param hard whether calls are refused that would pass it
/// @param step the highest of its steps that is reached, as a share of the limit; 0 for none
/// @param outlook what comes of it at the present rate
public record Budget(String id, String scope, long spent, long reserved, long limit, Instant resetsAt, boolean hard,
        double step, Outlook outlook) {
    private static final String TENANT = "tenant:";
    private static final String KEY = "key:";
    private static final String TAG = "tag:";
    private static final String PROVIDER = "provider:";

    /// What comes of a budget at the present rate, with the bounds between which it lies in nine of ten cases. What nobody knows
    /// yet, and a time that is not in sight, is -1.
    ///
    /// @param hours in how many hours it is used up
    /// @param hoursLow not before
    /// @param hoursHigh not after
    /// @param end what will have been spent when the period ends, in micro-dollars; of a rolling one after a whole span
    /// @param endLow at least
    /// @param endHigh at most
    public record Outlook(double hours, double hoursLow, double hoursHigh, long end, long endLow, long endHigh) {
        /// Too little was spent to say anything.
        public static final Outlook UNKNOWN = new Outlook(-1, -1, -1, -1, -1, -1);

        /// Whether anything can be said.
        public boolean known() {
            return end >= 0;
        }
    }

    /// A hard budget of which nothing more is known.
    public Budget(String id, String scope, long spent, long reserved, long limit, Instant resetsAt) {
        this(id, scope, spent, reserved, limit, resetsAt, true, 0, Outlook.UNKNOWN);
    }

    /// Spent and reserved as a share of the limit, 0 or more.
    public double usedRatio() {
        return limit <= 0 ? 1 : (double) (spent + reserved) / limit;
    }

    /// What may still be spent, in micro-dollars, 0 or more.
    public long left() {
        return Math.max(0, limit - spent - reserved);
    }

    /// Whether nothing more may be spent. Of a soft budget more may always be.
    public boolean exhausted() {
        return hard && spent + reserved >= limit;
    }

    /// Whether a call counts against it by its tenant, its key, or its tag; budgets of a provider count whoever calls.
    public boolean counts(Call call) {
        return names(TENANT, call.tenant()) && names(KEY, call.key())
                && names(TAG, call.tag());
    }

    /// Whether an answer of that model counts against it.
    public boolean counts(Candidate candidate) {
        return names(PROVIDER, candidate.provider());
    }

    /// Whether the scope is of another kind, or this very one.
    private boolean names(String kind, String name) {
        return !scope.startsWith(kind)
                || (scope.length() == kind.length() + name.length() && scope.endsWith(name));
    }
}
