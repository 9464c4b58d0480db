package dev.formulary.engine.boot;

import dev.formulary.engine.config.Settings.ProviderEntry;
import dev.formulary.engine.dispatch.BreakerHistory;
import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Budget;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.facts.Reading;
import dev.formulary.engine.provider.PluginStatus;
import dev.formulary.engine.vitals.SignalBook;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// What can be measured of models, providers, lines and budgets, read from who knows it. Used by one thread.
final class SignalSources implements AutoCloseable {
    static final List<Metric> OF_MODELS = List.of(Metric.MODEL_ERROR_RATE, Metric.MODEL_FIRST_BYTE,
            Metric.MODEL_LATENCY, Metric.MODEL_CLOSED_OFF, Metric.MODEL_SPEED, Metric.MODEL_GPU_SHARE,
            Metric.MODEL_GPU_MEMORY);
    private static final double NANOS = 1e9;
    private static final Duration CLOSED_OFF = Duration.ofMinutes(15);

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
        book.from("providers", this::ofProviders);
        book.from("calls", this::ofCalls);
        book.from("lines", this::ofLines);
        book.from("budgets", this::ofBudgets);
        book.from("loaded models", residents::readings);
    }

    private List<Reading> ofModels() {
        List<Candidate> candidates = supply.candidates();
        there(candidates);
        identities.replaced(candidates).forEach(senses.series()::replaced);
        var all = ofModels(candidates);
        all.addAll(closedOff(candidates, supply.breakers().history(), senses.clock().instant().minus(CLOSED_OFF)));
        return all;
    }

    /// Of models that are asked, and of those that are not any more since their calls are kept away.
    static List<Reading> closedOff(List<Candidate> candidates, List<BreakerHistory.Change> history, Instant since) {
        Map<String, Long> times = history.stream().filter(each -> each.at().isAfter(since) && !each.forced()
                && each.to() == BreakerState.OPEN).collect(Collectors.groupingBy(BreakerHistory.Change::model,
                        Collectors.counting()));
        return candidates.stream().filter(each -> each.vitals().calls() > 0 || times.containsKey(each.id()))
                .map(each -> new Reading(Metric.MODEL_CLOSED_OFF, each.id(), times.getOrDefault(each.id(), 0L)))
                .toList();
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
            OF_MODELS.forEach(metric -> senses.signals().only(metric, models));
        }
    }

    private List<Reading> ofProviders() {
        List<Reading> all = ofProviders(supply.candidates(),
                outOfReach(supply.entries(), supply.providers().status()));
        Set<String> now = all.stream().map(Reading::resource).collect(Collectors.toUnmodifiableSet());
        if (!now.equals(providers)) {
            providers = now;
            senses.signals().only(Metric.PROVIDER_UP, providers);
            senses.signals().only(Metric.PROVIDER_CALLS, providers);
        }
        return all;
    }

    /// Providers that somebody has configured and that could not be made, or could not say which models they have. One that says that
    /// it has none is well, and one that a plug-in brings without being asked need not be there.
    ///
    /// @param entries the configured providers
    static Set<String> outOfReach(List<ProviderEntry> entries, List<PluginStatus> plugins) {
        Set<String> answered = plugins.stream().filter(each -> each.state() != PluginStatus.State.DRAINING)
                .flatMap(each -> each.providers().stream()).filter(each -> each.lastError() == null)
                .map(PluginStatus.ProviderStatus::id).collect(Collectors.toSet());
        return entries.stream().map(ProviderEntry::id).filter(each -> !answered.contains(each))
                .collect(Collectors.toUnmodifiableSet());
    }

    /// A provider can be called as long as calls pass to one of its models; one that is only tried again is not back yet.
    ///
    /// @param outOfReach those that can't be called unless they have models
    static List<Reading> ofProviders(List<Candidate> candidates, Set<String> outOfReach) {
        Map<String, Boolean> up = new HashMap<>();
        outOfReach.forEach(each -> up.put(each, false));
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
