package dev.formulary.engine.telemetry;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;

/// Shows how the decision log fares.
final class LogMeters {

    /// @param lost events that were not kept since the start
    /// @param waiting events that wait to be kept
    LogMeters(MeterRegistry registry, Supplier<Number> lost, Supplier<Number> waiting) {
        // a counter holds its source only weakly, but its function as long as it lives
        FunctionCounter.builder(Names.LOG_LOST, registry, _ -> lost.get().doubleValue())
                .description("Decisions and outcomes that the decision log could not take").register(registry);
        Gauge.builder(Names.LOG_WAITING, waiting).description("Decisions and outcomes that wait to be kept")
                .register(registry);
    }
}
