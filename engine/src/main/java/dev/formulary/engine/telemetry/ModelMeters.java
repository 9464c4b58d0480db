package dev.formulary.engine.telemetry;

import dev.formulary.engine.facts.FailureClass;
import dev.formulary.spi.Usage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/// The meters of one model, looked up once. Thread-safe.
final class ModelMeters {
    /// The bucket boundaries that OpenTelemetry recommends for each.
    private static final Duration[] OPERATION_SECONDS = seconds(0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56,
            5.12, 10.24, 20.48, 40.96, 81.92);
    private static final Duration[] FIRST_TOKEN_SECONDS = seconds(0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25,
            0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0);
    private static final double[] TOKENS = {1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576};

    private final MeterRegistry registry;
    private final String provider;
    private final String model;
    private final Timer operation;
    private final Timer firstToken;
    private final DistributionSummary inputTokens;
    private final DistributionSummary outputTokens;
    private final Counter cost;
    private final Counter answered;
    private final Map<FailureClass, Counter> failed = new ConcurrentHashMap<>();

    /// @param id `provider/model`, or a word without a slash for all models that have no meters of their own
    ModelMeters(MeterRegistry registry, String id) {
        this.registry = registry;
        int slash = id.indexOf('/');
        provider = slash < 0 ? id : id.substring(0, slash);
        model = id.substring(slash + 1);
        operation = timer(Names.OPERATION_DURATION, OPERATION_SECONDS, "How long an attempt took");
        firstToken = timer(Names.FIRST_TOKEN, FIRST_TOKEN_SECONDS, "How long the first byte of an answer took");
        inputTokens = tokens("input");
        outputTokens = tokens("output");
        cost = Counter.builder(Names.COST).description("What answers cost, in micro-dollars")
                .tags(Names.PROVIDER, provider, Names.MODEL, model).register(registry);
        answered = attempts("answered");
    }

    void attempt(@Nullable FailureClass failure, long micros) {
        Counter counter = failure == null
                ? answered
                : failed.computeIfAbsent(failure, each -> attempts(each.name().toLowerCase(Locale.ROOT)));
        counter.increment();
        operation.record(micros, TimeUnit.MICROSECONDS);
    }

    void firstToken(long micros) {
        firstToken.record(micros, TimeUnit.MICROSECONDS);
    }

    void answered(Usage usage, long costMicros) {
        inputTokens.record(usage.promptTokens());
        outputTokens.record(usage.completionTokens());
        paid(costMicros);
    }

    void paid(long costMicros) {
        if (costMicros > 0) {
            cost.increment((double) costMicros);
        }
    }

    /// Takes the model's meters out of the registry.
    void remove() {
        for (Meter meter : List.of(operation, firstToken, inputTokens, outputTokens, cost, answered)) {
            registry.remove(meter);
        }
        failed.values().forEach(registry::remove);
    }

    private Counter attempts(String result) {
        return Counter.builder(Names.ATTEMPTS).description("Attempts by how they ended")
                .tags(Names.PROVIDER, provider, Names.MODEL, model, Names.RESULT, result).register(registry);
    }

    private Timer timer(String name, Duration[] boundaries, String description) {
        return Timer.builder(name).description(description).serviceLevelObjectives(boundaries)
                .tags(Names.OPERATION, "chat", Names.PROVIDER_NAME, provider, Names.REQUEST_MODEL, model)
                .register(registry);
    }

    private DistributionSummary tokens(String type) {
        return DistributionSummary.builder(Names.TOKEN_USAGE).description("Tokens read and written")
                .serviceLevelObjectives(TOKENS).tags(Names.OPERATION, "chat", Names.PROVIDER_NAME, provider,
                        Names.REQUEST_MODEL, model, Names.TOKEN_TYPE, type)
                .register(registry);
    }

    private static Duration[] seconds(double... seconds) {
        return DoubleStream.of(seconds).mapToObj(value -> Duration.ofNanos(Math.round(value * 1e9)))
                .toArray(Duration[]::new);
    }
}
