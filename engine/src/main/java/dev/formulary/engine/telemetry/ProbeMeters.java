package dev.formulary.engine.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/// Counts probes and what they cost, by provider. Thread-safe. Providers are those of the configuration, so labels are bounded.
public final class ProbeMeters {
    private final MeterRegistry registry;

    ProbeMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /// A probe has ended.
    ///
    /// @param how `models` or `chat`
    /// @param result `answered`, the class of the failure, or `spared` where a chat would have been due
    /// @param costMicros micro-dollars
    public void probed(String provider, String how, String result, long costMicros) {
        Counter.builder(Names.PROBES).description("Probes by what was asked and how they ended")
                .tags(Names.PROVIDER, provider, Names.HOW, how, Names.RESULT, result).register(registry).increment();
        if (costMicros > 0) {
            Counter.builder(Names.PROBE_COST).description("What probes cost, in micro-dollars")
                    .tags(Names.PROVIDER, provider).register(registry).increment((double) costMicros);
        }
    }
}
