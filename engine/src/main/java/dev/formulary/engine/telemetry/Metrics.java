package dev.formulary.engine.telemetry;

import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Budget;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.engine.facts.FailureClass;
import dev.formulary.engine.facts.Host;
import dev.formulary.engine.facts.Occupancy;
import dev.formulary.engine.facts.Priority;
import dev.formulary.engine.facts.RateLimit;
import dev.formulary.engine.facts.Severity;
import dev.formulary.engine.facts.StreamState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/// Counts and measures for Prometheus. Thread-safe; a call costs well under a microsecond.
///
/// Labels are bounded: a model is a label only while it is in the catalogue and among the first [#MOST_MODELS], else it is
/// counted as `other`. What callers write never becomes a label.
public final class Metrics implements AutoCloseable {
    /// How many models get labels of their own.
    public static final int MOST_MODELS = 500;

    private static final List<String> CACHE_RESULTS = List.of("hit", "miss", "bypass", "stale", "coalesced",
            Names.OTHER);

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collector = new JvmGcMetrics();
    private final PluginMeters plugins = new PluginMeters(registry);
    private final RequestCounters requests = new RequestCounters(registry);
    private final Counter allowed = result(Names.DECISIONS, "Decisions", "allow");
    private final Counter denied = result(Names.DECISIONS, "Decisions", "deny");
    private final Counter repeated = result(Names.RETRIES, "Models to be asked again for the same call", "allowed");
    private final Counter notRepeated = result(Names.RETRIES, "Models to be asked again for the same call", "refused");
    private final Counter reloaded = result(Names.RULE_RELOADS, "Attempts to load changed rules", "loaded");
    private final Counter refused = result(Names.RULE_RELOADS, "Attempts to load changed rules", "refused");
    private final List<Counter> cache = CACHE_RESULTS.stream()
            .map(each -> result(Names.CACHE_REQUESTS, "Questions to the response cache", each)).toList();
    private final Timer decisions = Timer.builder(Names.DECISION_DURATION).description("How long rules took to decide")
            .serviceLevelObjectives(micros(20), micros(50), micros(100), micros(200), micros(500), micros(1000),
                    micros(5000), micros(20_000))
            .register(registry);
    private final Counter assessorsLeftOut = Counter.builder(Names.ASSESSORS_LEFT_OUT)
            .description("Findings of plug-ins' assessors that were late or could not be used").register(registry);
    private final BreakerMeters breakers = new BreakerMeters(registry);
    private final DelayMeters delays = new DelayMeters(registry);
    private final LaneMeters lanes = new LaneMeters(registry);
    private final ProbeMeters probes = new ProbeMeters(registry);
    private final DeliveryMeters deliveries = new DeliveryMeters(registry);
    private final LimitMeters limits = new LimitMeters(registry);
    private final BudgetMeters budgets = new BudgetMeters(registry);
    private final ModelMeters otherModels = new ModelMeters(registry, Names.OTHER);
    private final Map<String, ModelMeters> models = new ConcurrentHashMap<>();
    private volatile Set<String> catalogue = Set.of();

    public Metrics() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        collector.bindTo(registry);
    }

    /// A request was answered.
    ///
    /// @param via `http`, `mqtt` or `file`
    /// @param status as in HTTP
    public void request(Dialect dialect, String via, int status) {
        requests.count(dialect, via, status);
    }

    /// A decision was made.
    ///
    /// @param nanos how long it took, in nanoseconds
    public void decision(boolean allow, long nanos) {
        (allow ? allowed : denied).increment();
        decisions.record(nanos, TimeUnit.NANOSECONDS);
    }

    /// The response cache was asked.
    ///
    /// @param result `hit`, `miss`, `bypass`, `stale` or `coalesced`
    public void cache(String result) {
        int index = CACHE_RESULTS.indexOf(result);
        cache.get(index < 0 ? CACHE_RESULTS.size() - 1 : index).increment();
    }

    /// A stream ended.
    ///
    /// @param state where
    /// @param continued whether several models gave it
    public void stream(StreamState state, boolean continued) {
        requests.stream(state, continued);
    }

    /// An attempt is over.
    public void attempt(Operation operation) {
        model(operation.candidate()).ended(operation);
    }

    /// A model was to be asked again for the same call.
    ///
    /// @param allowed whether the budget for that allowed it
    public void repeated(boolean allowed) {
        (allowed ? repeated : notRepeated).increment();
    }

    /// What an answer cost, in micro-dollars; -1 when unknown, which counts nothing.
    public void answered(String candidate, long costMicros) {
        model(candidate).paid(costMicros);
    }

    /// What an attempt cost beside the answer, in micro-dollars; -1 when unknown, which counts nothing.
    public void inVain(String candidate, long costMicros) {
        model(candidate).paid(costMicros);
    }

    /// Changed rules were loaded or refused.
    public void rulesReloaded(boolean loaded) {
        (loaded ? reloaded : refused).increment();
    }

    /// The findings of a plug-in's assessor were left out: it failed, was late, or said what it may not.
    public void assessorLeftOut() {
        assessorsLeftOut.increment();
    }

    /// The catalogue changed. Models that are gone lose their meters.
    ///
    /// @param ids `provider/model` of all models there are
    public void catalogue(Collection<String> ids) {
        catalogue = Set.copyOf(ids);
        models.keySet().stream().filter(id -> !catalogue.contains(id)).toList().forEach(id -> {
            ModelMeters gone = models.remove(id);
            if (gone != null) {
                gone.remove();
            }
        });
    }

    /// Shows the breakers' states, by `provider/model`. Call it on a tick.
    public void breakers(Map<String, BreakerState> states) {
        breakers.show(states, catalogue);
    }

    /// A call waited for a busy provider, whether it got its turn or not.
    ///
    /// @param nanos how long, in nanoseconds
    public void waited(Priority priority, long nanos) {
        delays.waited(priority, nanos);
    }

    /// A call was answered after an attempt of it had failed.
    ///
    /// @param nanos from the first failure to the first content of the answer, in nanoseconds
    public void switched(FailureClass why, long nanos) {
        delays.switched(why, nanos);
    }

    /// Shows the lines for providers, by provider. Call it on a tick.
    public void lanes(Map<String, Occupancy> lanes) {
        this.lanes.show(lanes);
    }

    /// Shows what limits leave and how often they were reached. Call it on a tick.
    public void limits(List<RateLimit> limits) {
        this.limits.show(limits);
    }

    /// Shows what budgets leave. Call it on a tick.
    public void budgets(List<Budget> budgets) {
        this.budgets.show(budgets);
    }

    /// Shows how many alerts are open. Call it once.
    ///
    /// @param open the severity of each
    public void alerts(Supplier<List<Severity>> open) {
        new AlertMeters(registry, open);
    }

    /// Counts spans. Call it once, where there are some.
    public SpanMeters spans() {
        return new SpanMeters(registry);
    }

    /// Counts probes.
    public ProbeMeters probes() {
        return probes;
    }

    /// Counts what alert channels are told.
    public DeliveryMeters deliveries() {
        return deliveries;
    }

    /// Shows how many calls are under way. Call it once.
    public void inFlight(Supplier<Number> count) {
        gauge(Names.IN_FLIGHT, "Calls under way", count, Number::doubleValue);
    }

    /// Shows which plug-ins there are and whom they make. Call it on a tick.
    public void plugins(List<PluginRow> all) {
        plugins.show(all);
    }

    /// Shows how many nodes of a cluster see each other. Call it once.
    public void cluster(Supplier<Number> members) {
        gauge(Names.CLUSTER_MEMBERS, "Nodes of the cluster that see each other, this one too", members,
                Number::doubleValue);
    }

    /// Shows how many unloaded plug-ins still hold memory. Call it once.
    public void leakedPlugins(Supplier<Number> count) {
        gauge(Names.LEAKED_PLUGINS, "Unloaded plug-ins whose classes are still in memory", count, Number::doubleValue);
    }

    /// Shows how the decision log keeps up. Call it once.
    ///
    /// @param lost events that were not kept since the start
    /// @param waiting events that wait to be kept
    public void decisionLog(Supplier<Number> lost, Supplier<Number> waiting) {
        new LogMeters(registry, lost, waiting);
    }

    /// Shows how the ledger fares. Call it once.
    public void ledger(Supplier<LedgerState> state) {
        new LedgerMeters(registry, state);
    }

    /// Shows how files fare. Call it once.
    public void files(Supplier<FileCounts> counts) {
        new FileMeters(registry, counts);
    }

    /// Shows how busy the machine is. Call it once. What is unknown is NaN.
    public void host(Supplier<Host> host) {
        new HostMeters(registry, host);
    }

    /// All of it, in Prometheus' text format.
    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        collector.close();
        registry.close();
    }

    private ModelMeters model(String id) {
        ModelMeters known = models.get(id);
        if (known != null) {
            return known;
        }
        if (!catalogue.contains(id) || models.size() >= MOST_MODELS) {
            return otherModels;
        }
        return models.computeIfAbsent(id, each -> new ModelMeters(registry, each));
    }

    private <T> void gauge(String name, String description, Supplier<T> source, ToDoubleFunction<T> value) {
        Gauge.builder(name, () -> value.applyAsDouble(source.get())).description(description).register(registry);
    }

    private Counter result(String name, String description, String result) {
        return Counter.builder(name).description(description).tag(Names.RESULT, result)
                .register((MeterRegistry) registry);
    }

    private static Duration micros(long micros) {
        return Duration.of(micros, java.time.temporal.ChronoUnit.MICROS);
    }
}
