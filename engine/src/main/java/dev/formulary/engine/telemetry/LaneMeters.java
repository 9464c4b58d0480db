package dev.formulary.engine.telemetry;

import dev.formulary.engine.facts.Occupancy;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// The lines for providers, by provider, or by accelerator where several share one.
final class LaneMeters {
    private final MultiGauge waiting;
    private final MultiGauge capacity;

    LaneMeters(MeterRegistry registry) {
        waiting = MultiGauge.builder(Names.QUEUE_WAITING).description("Calls that wait for a busy provider")
                .register(registry);
        capacity = MultiGauge.builder(Names.QUEUE_CAPACITY).description("Calls that a provider may have at once")
                .register(registry);
    }

    void show(Map<String, Occupancy> lanes) {
        waiting.register(rows(lanes, Occupancy::waiting), true);
        capacity.register(rows(lanes, Occupancy::capacity), true);
    }

    private static List<Row<?>> rows(Map<String, Occupancy> lanes, ToDoubleFunction<Occupancy> value) {
        List<Row<?>> rows = new ArrayList<>();
        lanes.entrySet().stream().limit(Metrics.MOST_MODELS).forEach(entry -> rows.add(
                Row.of(Tags.of(Names.PROVIDER, entry.getKey()), value.applyAsDouble(entry.getValue()))));
        return rows;
    }
}
