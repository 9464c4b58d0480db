package dev.formulary.testkit;

import dev.formulary.spi.HttpTransport;
import dev.formulary.spi.ProviderContext;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What the gateway would give to a factory.
///
/// @param id the provider's name
/// @param settings its settings
/// @param http the HTTP client it may use
/// @param lines takes what the provider logs
public record TestContext(String id, Map<String, Object> settings, HttpTransport http, Consumer<String> lines)
        implements
            ProviderContext {
    public TestContext {
        settings = Map.copyOf(settings);
    }

    /// A context whose log lines go to [System.Logger] under the provider's name.
    public TestContext(String id, Map<String, Object> settings, HttpTransport http) {
        this(id, settings, http, line -> System.getLogger("provider." + id).log(System.Logger.Level.INFO, line));
    }

    @Override
    public void log(System.Logger.Level level, String message, @Nullable Throwable cause) {
        lines.accept(cause == null ? message : message + ": " + cause);
    }
}
