package dev.formulary.engine.telemetry;

import dev.formulary.engine.facts.Severity;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/// Shows how many alerts are open, by how bad they are. Thread-safe.
final class AlertMeters {

    /// @param open the severity of each
    AlertMeters(MeterRegistry registry, Supplier<List<Severity>> open) {
        for (Severity severity : Severity.values()) {
            Gauge.builder(Names.ALERTS_OPEN, () -> open.get().stream().filter(severity::equals).count())
                    .description("Alerts that are open").strongReference(true)
                    .tag(Names.SEVERITY, severity.name().toLowerCase(Locale.ROOT)).register(registry);
        }
    }
}
