package dev.formulary.engine.statistics;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Something that is worth knowing, with why, since when, and what could be done about it.
///
/// @param resource of what: a model, a provider, a budget; empty where there is but one
/// @param cause what was found, in words
/// @param since when it began; null where that is not known
/// @param action what could be done about it: a rule, a setting or a command
/// @param gain what that would bring
public record Insight(Kind kind, String metric, String resource, String cause, @Nullable Instant since,
        Evidence evidence, String action, Gain gain) {

    /// What kind of thing, the most urgent first.
    public enum Kind {
        /// It goes towards a limit.
        THRESHOLD,
        /// It is far from what is usual, not only for a moment.
        UNUSUAL,
        /// It goes the way that is not good.
        WORSENING,
        /// Another model does the same for less.
        CHEAPER,
        /// Another model does the same sooner.
        FASTER,
        /// It varies so much that nobody can count on it.
        UNSTEADY
    }

    /// What was measured. What is not known is null.
    ///
    /// @param from when the first of the samples was taken
    /// @param to when the last was
    /// @param samples how many there are
    /// @param unit of the values
    /// @param value the newest, or that of the model
    /// @param usual what is usual, or that of the other model
    /// @param deviations how many usual spreads the newest lies above that
    /// @param slope what it rises an hour
    /// @param slopeLow with `slopeHigh` the slope's 90 % interval
    /// @param p the probability of so clear a trend by chance
    public record Evidence(Instant from, Instant to, int samples, String unit, double value, @Nullable Double usual,
            @Nullable Double deviations, @Nullable Double slope, @Nullable Double slopeLow, @Nullable Double slopeHigh,
            @Nullable Double p) {}

    /// What a change would bring.
    ///
    /// @param unit of the numbers, such as `ms a call` or `micro-dollars an hour`
    /// @param expected how much less of it; null where that can't be computed
    /// @param low with `high` the 95 % interval
    /// @param basis what it was computed from, or why it can't be
    public record Gain(String unit, @Nullable Double expected, @Nullable Double low, @Nullable Double high,
            String basis) {
        static Gain unknown(String why) {
            return new Gain("", null, null, null, why);
        }
    }
}
