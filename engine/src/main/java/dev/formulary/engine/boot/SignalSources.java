package dev.formulary.engine.boot;

import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Budget;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.facts.Reading;
import dev.formulary.engine.vitals.SignalBook;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// What can be measured of models, providers, lines and budgets, read from who knows it. Used by one thread.
final class SignalSources implements AutoCloseable {
    static final List<Metric> OF_MODELS = List.of(Metric.MODEL_ERROR_RATE, Metric.MODEL_FIRST_BYTE,
            Metric.MODEL_LATENCY, Metric.MODEL_SPEED, Metric.MODEL_GPU_SHARE, Metric.MODEL_GPU_MEMORY);
    private static final double NANOS = 1e9;

    private final Senses senses;
    private final Supply supply;
    private final Residents residents;
    private final Identities identities = new Identities();
    private Set<String> models = Set.of();
    private Set<String> providers = Set.of();

    SignalSources(Senses senses, Supply supply) {
        this.senses = senses;
        this.supply = supply;
        residents = new Residents(supply.residence(), supply::candidates);
        SignalBook book = senses.signals();
        book.from("models", this::ofModels);
        book.from("providers", () -> ofProviders(supply.candidates()));
        book.from("calls", this::ofCalls);
        book.from("lines", this::ofLines);
        book.from("budgets", this::ofBudgets);
        book.from("loaded models", residents::readings);
    }

    private List<Reading> ofModels() {
        List<Candidate> candidates = supply.candidates();
        there(candidates);
        identities.replaced(candidates).forEach(senses.series()::replaced);
        return ofModels(candidates);
    }

    static List<Reading> ofModels(List<Candidate> candidates) {
        var all = new ArrayList<Reading>();
        for (Candidate each : candidates) {
            Candidate.Vitals vitals = each.vitals();
            all.add(new Reading(Metric.MODEL_ERROR_RATE, each.id(), vitals.errorRate()));
            all.add(new Reading(Metric.MODEL_FIRST_BYTE, each.id(), vitals.firstByteMs()));
            all.add(new Reading(Metric.MODEL_LATENCY, each.id(), vitals.latencyMs()));
        }
        return all;
    }

    /// That nobody hears of a model any more that is gone is no silence.
    private void there(List<Candidate> candidates) {
        Set<String> now = candidates.stream().map(Candidate::id).collect(Collectors.toUnmodifiableSet());
        if (!now.equals(models)) {
            models = now;
            providers = candidates.stream().map(Candidate::provider).collect(Collectors.toUnmodifiableSet());
            OF_MODELS.forEach(metric -> senses.signals().only(metric, models));
            senses.signals().only(Metric.PROVIDER_UP, providers);
            senses.signals().only(Metric.PROVIDER_CALLS, providers);
        }
    }

    /// A provider can be called as long as calls pass to one of its models; one that is only tried again is not back yet.
    static List<Reading> ofProviders(List<Candidate> candidates) {
        Map<String, Boolean> up = new HashMap<>();
        for (Candidate each : candidates) {
            up.merge(each.provider(), each.breaker() == BreakerState.CLOSED, Boolean::logicalOr);
        }
        return up.entrySet().stream()
                .map(each -> new Reading(Metric.PROVIDER_UP, each.getKey(), each.getValue() ? 1 : 0)).toList();
    }

    private List<Reading> ofCalls() {
        var all = new ArrayList<>(senses.activity().readings(providers, models));
        all.add(new Reading(Metric.CALLS_IN_FLIGHT, senses.chronicle().inFlight()));
        return all;
    }

    private List<Reading> ofLines() {
        var all = new ArrayList<Reading>();
        supply.lanes().waits().forEach((line, waits) -> {
            all.add(new Reading(Metric.QUEUE_WAITING, line, waits.calls()));
            all.add(new Reading(Metric.QUEUE_OLDEST, line, waits.oldestNanos() / NANOS));
        });
        return all;
    }

    private List<Reading> ofBudgets() {
        return supply.budgets().snapshot().stream()
                .map((Budget each) -> new Reading(Metric.BUDGET_USED, each.id(), each.usedRatio())).toList();
    }

    @Override
    public void close() {
        residents.close();
    }
}
