package dev.formulary.engine.telemetry;

import dev.formulary.engine.facts.FailureClass;
import dev.formulary.engine.facts.Priority;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/// What callers wait for beside the vendor: their turn, by priority, and another model after one has failed, by the class of
/// the failure. Thread-safe.
final class DelayMeters {
    private static final Duration[] BOUNDARIES = LongStream.of(1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000,
            10_000, 30_000, 60_000).mapToObj(Duration::ofMillis).toArray(Duration[]::new);

    private final MeterRegistry registry;
    private final Map<Priority, Timer> waits = new EnumMap<>(Priority.class);
    private final Map<FailureClass, Timer> switches = new ConcurrentHashMap<>();

    DelayMeters(MeterRegistry registry) {
        this.registry = registry;
        Arrays.stream(Priority.values()).forEach(each -> waits.put(each, timer(Names.QUEUE_WAIT,
                "How long calls waited for a busy provider", Names.PRIORITY, each)));
    }

    void waited(Priority priority, long nanos) {
        Timer timer = waits.get(priority);
        if (timer != null) {
            timer.record(nanos, TimeUnit.NANOSECONDS);
        }
    }

    void switched(FailureClass why, long nanos) {
        switches.computeIfAbsent(why, each -> timer(Names.SWITCH,
                "How long after a failed attempt the answer of another one began", Names.FAILURE, each))
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    private Timer timer(String name, String description, String label, Enum<?> value) {
        return Timer.builder(name).description(description).serviceLevelObjectives(BOUNDARIES)
                .tag(label, value.name().toLowerCase(Locale.ROOT)).register(registry);
    }
}
