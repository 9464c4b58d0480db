package dev.formulary.engine.provider;

import dev.formulary.spi.HttpTransport;
import dev.formulary.spi.ProviderContext;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// What a provider is given.
record HostContext(String id, Map<String, Object> settings, HttpTransport http) implements ProviderContext {
    private static final Logger LOG = LoggerFactory.getLogger("dev.formulary.plugin");

    HostContext {
        settings = Map.copyOf(settings);
    }

    @Override
    public void log(System.Logger.Level level, String message, @Nullable Throwable cause) {
        LOG.atLevel(switch (level) {
            case ALL, TRACE -> Level.TRACE;
            case DEBUG -> Level.DEBUG;
            case INFO -> Level.INFO;
            case WARNING -> Level.WARN;
            case ERROR, OFF -> Level.ERROR;
        }).setCause(cause).log("provider={} {}", id, message);
    }
}
