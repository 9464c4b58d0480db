package dev.formulary.testkit;

import dev.formulary.spi.HttpTransport;
import dev.formulary.spi.ProviderContext;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the gateway would give to a factory. Log lines go to [System.Logger] under the provider's name.
///
/// @param id the provider's name
/// @param settings its settings
/// @param http the HTTP client it may use
public record TestContext(String id, Map<String, Object> settings, HttpTransport http) implements ProviderContext {
    public TestContext {
        settings = Map.copyOf(settings);
    }

    @Override
    public void log(System.Logger.Level level, String message, @Nullable Throwable cause) {
        System.getLogger("provider." + id).log(level, message, cause);
    }
}
