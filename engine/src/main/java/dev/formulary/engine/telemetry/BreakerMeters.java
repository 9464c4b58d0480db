package dev.formulary.engine.telemetry;

import dev.formulary.engine.facts.BreakerState;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Shows the states of circuit breakers. Not thread-safe.
final class BreakerMeters {
    private final MultiGauge states;

    BreakerMeters(MeterRegistry registry) {
        states = MultiGauge.builder(Names.BREAKER_STATE).description("0 closed, 1 half open, 2 open")
                .register(registry);
    }

    /// @param all by `provider/model`
    /// @param catalogue of which models a state is shown
    void show(Map<String, BreakerState> all, Set<String> catalogue) {
        List<Row<?>> rows = new ArrayList<>();
        all.forEach((id, state) -> {
            if (catalogue.contains(id) && rows.size() < Metrics.MOST_MODELS) {
                rows.add(Row.of(Tags.of(Names.MODEL, id), value(state)));
            }
        });
        states.register(rows, true);
    }

    private static int value(BreakerState state) {
        return switch (state) {
            case CLOSED -> 0;
            case HALF_OPEN -> 1;
            case OPEN -> 2;
        };
    }
}
