package dev.formulary.engine.telemetry;

import dev.formulary.engine.facts.FailureClass;
import dev.formulary.spi.Usage;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.DoubleStream;

/// What OpenTelemetry's conventions for generative AI want to be measured of one model, under their names, in their units and
/// with the bucket boundaries that they recommend (version 1.41). Meters come up when there is something to measure.
/// Thread-safe.
///
/// Prometheus takes a label that is empty as one that is not there: `error_type` where an attempt answered, and
/// `gen_ai_response_model` where it did not.
final class OperationMeters {
    private static final Duration[] OPERATION_SECONDS = seconds(0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56,
            5.12, 10.24, 20.48, 40.96, 81.92);
    private static final Duration[] FIRST_TOKEN_SECONDS = seconds(0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25,
            0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0);
    private static final Duration[] PER_TOKEN_SECONDS = seconds(0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5,
            0.75, 1.0, 2.5);
    private static final double[] TOKENS = {1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304,
            16777216, 67108864};

    private final MeterRegistry registry;
    private final String model;
    private final Tags tags;
    /// By name of what answers are measured by, and by class of what attempts are that failed.
    private final Map<Object, Meter> meters = new ConcurrentHashMap<>();

    /// @param operation `chat` or `embeddings`
    OperationMeters(MeterRegistry registry, String operation, String provider, String model) {
        this.registry = registry;
        this.model = model;
        tags = Tags.of(Names.OPERATION, operation, Names.PROVIDER_NAME, provider, Names.REQUEST_MODEL, model);
    }

    void ended(Operation operation) {
        FailureClass failure = operation.failure();
        Usage usage = operation.usage();
        if (failure != null) {
            timer(failure, Names.OPERATION_DURATION).record(operation.nanos(), TimeUnit.NANOSECONDS);
            if (usage.totalTokens() > 0) {
                tokens("input of failed", "input", "").record(usage.promptTokens());
                tokens("output of failed", "output", "").record(usage.completionTokens());
            }
            return;
        }
        timer(Names.OPERATION_DURATION, Names.OPERATION_DURATION).record(operation.nanos(), TimeUnit.NANOSECONDS);
        if (operation.firstNanos() >= 0) {
            timer(Names.FIRST_TOKEN, Names.FIRST_TOKEN).record(operation.firstNanos(), TimeUnit.NANOSECONDS);
        }
        double perToken = operation.secondsPerToken();
        if (perToken >= 0) {
            timer(Names.PER_TOKEN, Names.PER_TOKEN).record(Math.round(perToken * 1e9), TimeUnit.NANOSECONDS);
        }
        tokens("input", "input", model).record(usage.promptTokens());
        tokens("output", "output", model).record(usage.completionTokens());
    }

    /// Takes them out of the registry.
    void remove() {
        meters.values().forEach(registry::remove);
    }

    private Timer timer(Object key, String name) {
        return (Timer) meters.computeIfAbsent(key, _ -> {
            boolean failed = key instanceof FailureClass;
            var timer = Timer.builder(name).tags(tags).tag(Names.RESPONSE_MODEL, failed ? "" : model);
            var described = switch (name) {
                case Names.FIRST_TOKEN -> timer.description("How long the first content of an answer took")
                        .serviceLevelObjectives(FIRST_TOKEN_SECONDS);
                case Names.PER_TOKEN -> timer.description("How long each token after the first took")
                        .serviceLevelObjectives(PER_TOKEN_SECONDS);
                default -> timer.description("How long an attempt took").serviceLevelObjectives(OPERATION_SECONDS)
                        .tag(Names.ERROR_TYPE, failed ? key.toString().toLowerCase(Locale.ROOT) : "");
            };
            return described.register(registry);
        });
    }

    private DistributionSummary tokens(String key, String type, String who) {
        return (DistributionSummary) meters.computeIfAbsent(key,
                _ -> DistributionSummary.builder(Names.TOKEN_USAGE).description("Tokens read and written")
                        .serviceLevelObjectives(TOKENS).tags(tags).tag(Names.TOKEN_TYPE, type)
                        .tag(Names.RESPONSE_MODEL, who).register(registry));
    }

    private static Duration[] seconds(double... seconds) {
        return DoubleStream.of(seconds).mapToObj(value -> Duration.ofNanos(Math.round(value * 1e9)))
                .toArray(Duration[]::new);
    }
}
