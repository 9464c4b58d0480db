package dev.formulary.engine.boot;

import dev.formulary.engine.provider.PluginStatus;
import dev.formulary.engine.telemetry.PluginRow;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// What the metrics say of plug-ins.
final class PluginRows {
    private PluginRows() {}

    static List<PluginRow> of(List<PluginStatus> all) {
        return all.stream().flatMap(PluginRows::of).toList();
    }

    private static Stream<PluginRow> of(PluginStatus status) {
        String name = status.pluginId().isEmpty() ? status.file() : status.pluginId();
        String state = status.state().name().toLowerCase(Locale.ROOT);
        Stream<String> providers = status.providers().isEmpty()
                ? Stream.of("")
                : status.providers().stream().map(PluginStatus.ProviderStatus::id);
        return providers.map(provider -> new PluginRow(name, status.version(), state, provider));
    }
}
