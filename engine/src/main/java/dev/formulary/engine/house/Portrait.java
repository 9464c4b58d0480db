package dev.formulary.engine.house;

import dev.formulary.engine.alert.OpenAlert;
import dev.formulary.engine.facts.Budget;
import dev.formulary.engine.facts.Occupancy;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

/// The gateway at a moment, as far as a house is told of it.
///
/// @param at when it was taken
/// @param providers by their ids
/// @param alerts the worst first
/// @param lanes by their names
/// @param auto what the model `auto` means
public record Portrait(Instant at, List<ProviderState> providers, List<Budget> budgets, List<OpenAlert> alerts,
        Map<String, Occupancy> lanes, int waiting, int inFlight, Cost cost, Auto auto) {
    public Portrait {
        providers = List.copyOf(providers);
        budgets = List.copyOf(budgets);
        alerts = List.copyOf(alerts);
    }

    /// What answers cost on a day.
    ///
    /// @param day in UTC
    /// @param micros micro-dollars, as far as prices are known
    /// @param answers how many of them cost anything, or nobody knows what
    /// @param unpriced how many of these have no known price
    public record Cost(LocalDate day, long micros, long answers, long unpriced) {}

    /// @param chosen one of the options
    /// @param options `auto` and the aliases that may stand in for it
    public record Auto(String chosen, List<String> options) {
        public Auto {
            options = List.copyOf(options);
        }
    }
}
