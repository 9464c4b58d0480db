package dev.formulary.engine.boot;

import dev.formulary.engine.config.LogSettings;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.config.TelemetrySettings;
import dev.formulary.engine.telemetry.Metrics;
import dev.formulary.engine.telemetry.OtlpTracing;
import dev.formulary.engine.telemetry.TraceTarget;
import dev.formulary.engine.telemetry.Tracing;
import dev.formulary.engine.transport.Threads;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.stream.Collectors;

/// What is told of calls, as the settings want it.
final class Observation {
    private Observation() {}

    /// Which calls are traced, and where the spans go.
    static Tracing of(Settings settings, Metrics metrics) {
        TelemetrySettings.Traces traces = settings.telemetry().traces();
        if (traces == null) {
            return settings.logs().format() == LogSettings.Format.JSON ? Tracing.LOGGED : Tracing.OFF;
        }
        Map<String, String> headers = traces.headers().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, each -> each.getValue().value()));
        ExecutorService threads = Threads.perTask("traces");
        return OtlpTracing.to(new TraceTarget(traces.url(), headers, traces.ratio(), traces.queue(),
                traces.propagate(), settings.node(), VersionCommand.version()), metrics.spans(), threads);
    }

}
