package dev.formulary.engine.facts;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/// What is so at a moment, for all calls alike: taken on a tick and shared by all decisions until the next.
///
/// @param at the time of the snapshot; the only clock that a decision sees
/// @param host how busy the machine is
/// @param budgets what may still be spent
/// @param inFlight calls under way
/// @param waiting calls that wait for a provider, in all lines together
/// @param openAlerts codes of the alerts that are firing
/// @param measures what is done about models for now, whatever rules say
public record Situation(Instant at, Host host, List<Budget> budgets, int inFlight, int waiting,
        Set<String> openAlerts, List<Measure> measures) {
    public Situation {
        budgets = List.copyOf(budgets);
        openAlerts = Set.copyOf(openAlerts);
        measures = List.copyOf(measures);
    }

    /// One in which nothing is done about any model.
    public Situation(Instant at, Host host, List<Budget> budgets, int inFlight, int waiting, Set<String> openAlerts) {
        this(at, host, budgets, inFlight, waiting, openAlerts, List.of());
    }

    /// The same with other budgets.
    public Situation with(List<Budget> others) {
        return new Situation(at, host, others, inFlight, waiting, openAlerts, measures);
    }

    /// The same at another time.
    public Situation with(Instant now) {
        return new Situation(now, host, budgets, inFlight, waiting, openAlerts, measures);
    }

    /// In how many hours a budget's period ends, 0 or more.
    public double hoursLeft(Budget budget) {
        return Math.max(0, Duration.between(at, budget.resetsAt()).toMillis() / 3_600_000.0);
    }

    /// The hour of the day in UTC, 0 to 23.
    public int hour() {
        return at.atOffset(java.time.ZoneOffset.UTC).getHour();
    }
}
