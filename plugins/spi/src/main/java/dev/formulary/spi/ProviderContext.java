package dev.formulary.spi;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the gateway gives to a provider. Thread-safe; valid until the provider is closed.
public interface ProviderContext {

    /// The provider's name in the configuration: the part of a model's name before the slash.
    String id();

    /// The provider's settings. Values are strings, numbers, booleans, lists and maps of these. Secrets have been put in
    /// place of their references; never log a value.
    Map<String, Object> settings();

    /// The gateway's shared HTTP client. Prefer it to one of your own: it runs on the gateway's event loops and keeps its
    /// connections alive between calls.
    HttpTransport http();

    /// Writes one line to the gateway's log, under the provider's name.
    ///
    /// @param message fixed words and key=value pairs; never a prompt, an answer or a secret
    /// @param cause what went wrong, or null
    void log(System.Logger.Level level, String message, @Nullable Throwable cause);
}
