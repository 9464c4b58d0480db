package dev.formulary.engine.facts;

import java.time.Instant;

/// What a vendor said of its own limit when it last answered.
///
/// @param model `provider/model` that was asked
/// @param unit `requests`, `tokens`, or another word of the vendor such as `input-tokens`
/// @param limit how many there may be in its period; -1 when it did not say
/// @param left how many it still allowed then
/// @param at when it said so
/// @param fullAt when all of it is there again
public record LearnedLimit(String model, String unit, long limit, long left, Instant at, Instant fullAt) {

    /// How many it may allow now, as if it were refilled evenly; -1 when that is over and nobody knows.
    public long leftAt(Instant now) {
        if (!now.isBefore(fullAt)) {
            return -1;
        }
        if (limit <= left || !now.isAfter(at)) {
            return left;
        }
        double passed = (double) at.until(now).toMillis() / Math.max(1, at.until(fullAt).toMillis());
        return left + (long) ((double) (limit - left) * passed);
    }
}
