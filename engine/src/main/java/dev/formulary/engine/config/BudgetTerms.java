package dev.formulary.engine.config;

import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a budget is kept.
///
/// @param rolling for any span of so long; null for one with a period
/// @param zone by whose clock periods begin
/// @param hard whether calls are refused that would pass the limit; a soft budget only counts and warns
/// @param steps shares of the limit at which it is said so, the least first, each above 0 and at most 1
public record BudgetTerms(@Nullable Duration rolling, ZoneId zone, boolean hard, List<Double> steps) {
    /// What holds where nothing is configured.
    public static final BudgetTerms USUAL = new BudgetTerms(null, ZoneOffset.UTC, true, List.of(0.5, 0.8, 0.95));

    public BudgetTerms {
        steps = List.copyOf(steps);
    }
}
