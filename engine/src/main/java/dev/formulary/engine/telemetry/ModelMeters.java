package dev.formulary.engine.telemetry;

import dev.formulary.engine.facts.FailureClass;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The meters of one model, looked up once. Thread-safe.
final class ModelMeters {
    private final MeterRegistry registry;
    private final String provider;
    private final String model;
    private final Map<String, OperationMeters> operations = new ConcurrentHashMap<>();
    private final Counter cost;
    private final Counter answered;
    private final Map<FailureClass, Counter> failed = new ConcurrentHashMap<>();

    /// @param id `provider/model`, or a word without a slash for all models that have no meters of their own
    ModelMeters(MeterRegistry registry, String id) {
        this.registry = registry;
        int slash = id.indexOf('/');
        provider = slash < 0 ? id : id.substring(0, slash);
        model = id.substring(slash + 1);
        cost = Counter.builder(Names.COST).description("What answers cost, in micro-dollars")
                .tags(Names.PROVIDER, provider, Names.MODEL, model).register(registry);
        answered = attempts("answered");
    }

    void ended(Operation operation) {
        FailureClass failure = operation.failure();
        Counter counter = failure == null
                ? answered
                : failed.computeIfAbsent(failure, each -> attempts(each.name().toLowerCase(Locale.ROOT)));
        counter.increment();
        String name = operation.name();
        operations.computeIfAbsent(name, each -> new OperationMeters(registry, each, provider, model))
                .ended(operation);
    }

    /// @param micros micro-dollars; -1 when unknown, which counts nothing
    void paid(long micros) {
        if (micros > 0) {
            cost.increment((double) micros);
        }
    }

    /// Takes the model's meters out of the registry.
    void remove() {
        registry.remove(cost);
        registry.remove(answered);
        failed.values().forEach(registry::remove);
        operations.values().forEach(OperationMeters::remove);
    }

    private Counter attempts(String result) {
        return Counter.builder(Names.ATTEMPTS).description("Attempts by how they ended")
                .tags(Names.PROVIDER, provider, Names.MODEL, model, Names.RESULT, result).register(registry);
    }
}
