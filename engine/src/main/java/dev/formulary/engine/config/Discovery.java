package dev.formulary.engine.config;

import dev.formulary.engine.config.Settings.ProviderEntry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Adds providers whose key or server is there without being configured. An entry of the file with the same id wins.
public final class Discovery {
    private static final InetSocketAddress OLLAMA = new InetSocketAddress(InetAddress.getLoopbackAddress(), 11434);
    private static final int PROBE_MS = 200;

    private final Settings configured;
    private final Map<String, String> env;
    private final List<ProviderEntry> providers;
    private final List<String> lines = new ArrayList<>();

    private Discovery(Settings configured, Map<String, String> env) {
        this.configured = configured;
        this.env = env;
        this.providers = new ArrayList<>(configured.providers());
    }

    /// @param settings what was configured, with what was found
    /// @param lines what was found, one line each, to be printed; never a key
    public record Found(Settings settings, List<String> lines) {}

    /// Looks at the environment and, for a fifth of a second at most, for an Ollama server on this machine.
    public static Found look(Settings configured, Map<String, String> env) {
        return look(configured, env, Discovery::listens);
    }

    static Found look(Settings configured, Map<String, String> env, Predicate<InetSocketAddress> listens) {
        return configured.discover()
                ? new Discovery(configured, env).look(listens)
                : new Found(configured, List.of());
    }

    private Found look(Predicate<InetSocketAddress> listens) {
        vendor("openai", "openai", "OPENAI_API_KEY", value("OPENAI_BASE_URL"));
        vendor("openrouter", "openai", "OPENROUTER_API_KEY", "https://openrouter.ai/api/v1");
        vendor("gemini", "gemini", "GEMINI_API_KEY", value("GEMINI_BASE_URL"));
        vendor("anthropic", "anthropic", "ANTHROPIC_API_KEY", value("ANTHROPIC_BASE_URL"));
        ollama(listens);
        return new Found(configured.withProviders(List.copyOf(providers)), List.copyOf(lines));
    }

    private void vendor(String id, String kind, String keyVariable, @Nullable String baseUrl) {
        String key = value(keyVariable);
        if (key == null || isConfigured(id)) {
            return;
        }
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("api-key", key);
        if (baseUrl != null) {
            settings.put("base-url", baseUrl);
        }
        providers.add(new ProviderEntry(id, kind, settings));
        lines.add(id + ": " + keyVariable + " is set" + (baseUrl == null ? "" : ", at " + Shown.withoutUser(baseUrl)));
    }

    private void ollama(Predicate<InetSocketAddress> listens) {
        String host = value("OLLAMA_HOST");
        if (isConfigured("ollama")) {
            return;
        }
        if (host != null) {
            String baseUrl = ollamaUrl(host);
            providers.add(new ProviderEntry("ollama", "ollama", Map.of("base-url", baseUrl)));
            lines.add("ollama: OLLAMA_HOST is set, at " + Shown.withoutUser(baseUrl));
        } else if (listens.test(OLLAMA)) {
            providers.add(new ProviderEntry("ollama", "ollama", Map.of("base-url", "http://127.0.0.1:11434")));
            lines.add("ollama: a server listens at http://127.0.0.1:11434");
        }
    }

    /// Ollama takes `host`, `host:port` and URLs, and uses one variable for the address to listen on as well.
    private static String ollamaUrl(String host) {
        String url = host.contains("://") ? host : "http://" + host;
        try {
            URI uri = URI.create(url);
            String name = "0.0.0.0".equals(uri.getHost()) ? "127.0.0.1" : uri.getHost();
            int port = uri.getPort() >= 0 ? uri.getPort() : "https".equals(uri.getScheme()) ? 443 : 11434;
            return name == null ? url : uri.getScheme() + "://" + name + ":" + port;
        } catch (IllegalArgumentException e) {
            return url;
        }
    }

    private boolean isConfigured(String id) {
        return configured.providers().stream().anyMatch(entry -> entry.id().equals(id));
    }

    private @Nullable String value(String variable) {
        String value = env.get(variable);
        return value == null || value.isBlank() ? null : value.strip();
    }

    private static boolean listens(InetSocketAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(address, PROBE_MS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
