package dev.formulary.engine.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.List;

/// Which plug-in makes which provider, so that what is measured by provider can be had by plug-in. Thread-safe.
final class PluginMeters {
    private static final int MOST = 500;

    private final MultiGauge plugins;

    PluginMeters(MeterRegistry registry) {
        plugins = MultiGauge.builder(Names.PLUGIN_INFO)
                .description("1 for each provider that a plug-in makes, and for each plug-in that makes none")
                .register(registry);
    }

    /// All there are; others are shown no more.
    void show(List<PluginRow> all) {
        plugins.register(all.stream().distinct().limit(MOST)
                .map(each -> Row.of(Tags.of(Names.PLUGIN, each.plugin(), Names.PLUGIN_VERSION, each.version(),
                        Names.PLUGIN_STATE, each.state(), Names.PROVIDER, each.provider()), 1))
                .toList(), true);
    }
}
