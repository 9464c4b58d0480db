package dev.formulary.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.provider.PluginStatus;
import dev.formulary.engine.provider.PluginStatus.ProviderStatus;
import dev.formulary.engine.provider.PluginStatus.State;
import dev.formulary.engine.telemetry.Metrics;
import java.util.List;
import org.junit.jupiter.api.Test;

class PluginRowsTest {
    private static PluginStatus status(String file, String plugin, State state, String... providers) {
        return new PluginStatus(file, plugin, plugin.isEmpty() ? "" : "1.2.0", "", state, "",
                List.of(providers).stream().map(id -> new ProviderStatus(id, "openai", 3, null)).toList());
    }

    @Test
    void whatIsMeasuredByProviderCanBeHadByPlugin() {
        try (var metrics = new Metrics()) {
            metrics.plugins(PluginRows.of(List.of(status("a.jar", "acme", State.SERVING, "one", "two"),
                    status("b.jar", "", State.REFUSED))));
            assertThat(metrics.scrape()).contains(
                    "formulary_plugin_info{plugin=\"acme\",provider=\"one\",state=\"serving\",version=\"1.2.0\"} 1",
                    "formulary_plugin_info{plugin=\"acme\",provider=\"two\",state=\"serving\",version=\"1.2.0\"} 1",
                    "formulary_plugin_info{plugin=\"b.jar\",provider=\"\",state=\"refused\",version=\"\"} 1");

            metrics.plugins(PluginRows.of(List.of(status("b.jar", "", State.REFUSED))));
            assertThat(metrics.scrape()).doesNotContain("acme").contains("plugin=\"b.jar\"");
        }
    }
}
