package dev.formulary.ollama;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A provider's entry in the configuration.
///
/// @param baseUrl `base-url`, without a slash at the end; by default `http://127.0.0.1:11434`
/// @param apiKey `api-key`, or null when the server asks for none
/// @param keepAlive `keep-alive` as JSON: how long a model stays loaded, such as `30m`, or seconds; -1 for ever; null
///        leaves it to the server
/// @param contextMax `num-ctx-max`: the largest context to reserve, in tokens; 0 sets no limit but the model's own
/// @param local whether prompts stay on this machine or its own network
record OllamaSettings(String baseUrl, @Nullable String apiKey, @Nullable String keepAlive, int contextMax,
        boolean local) {

    /// @throws ProviderException naming the setting that is wrong and what would be right
    static OllamaSettings of(String id, Map<String, Object> given) throws ProviderException {
        for (String key : given.keySet()) {
            if (!Declared.knows(key)) {
                throw wrong(id, key, "is unknown; did you mean '" + Declared.nearest(key) + "'?");
            }
        }
        URI base = address(id, given.getOrDefault("base-url", "http://127.0.0.1:11434"));
        Object key = given.getOrDefault("api-key", "");
        if (!(key instanceof String secret)) {
            throw wrong(id, "api-key", "must be text");
        }
        return new OllamaSettings(stripSlash(base.toString()), secret.isEmpty() ? null : secret,
                keepAlive(id, given.get("keep-alive")), contextMax(id, given.get("num-ctx-max")),
                LocalHosts.isLocal(base.getHost()));
    }

    /// Also what Ollama's own `OLLAMA_HOST` may hold: a host with or without a port.
    private static URI address(String id, Object value) throws ProviderException {
        String given = value instanceof String text ? text.strip() : "";
        boolean bare = !given.contains("://");
        boolean port = given.matches(".*:\\d+/?");
        try {
            URI uri = new URI(bare ? "http://" + given + (port ? "" : ":11434") : given);
            if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return reachable(uri);
            }
        } catch (URISyntaxException e) {
            // told below
        }
        throw wrong(id, "base-url", "must be an address such as 'http://127.0.0.1:11434'");
    }

    /// A server may listen on all addresses, but it can't be asked there.
    private static URI reachable(URI uri) {
        return uri.getHost().equals("0.0.0.0") ? URI.create(uri.toString().replace("0.0.0.0", "127.0.0.1")) : uri;
    }

    private static String stripSlash(String url) {
        return url.endsWith("/") ? stripSlash(url.substring(0, url.length() - 1)) : url;
    }

    private static @Nullable String keepAlive(String id, @Nullable Object value) throws ProviderException {
        return switch (value) {
            case null -> null;
            case Number seconds -> Long.toString(seconds.longValue());
            case String text when text.matches("-?\\d+") -> text;
            case String text when KeepAlive.read(text) != null -> Json.quote(text);
            default -> throw wrong(id, "keep-alive", "must be a time such as '30m', or -1 for ever");
        };
    }

    private static int contextMax(String id, @Nullable Object value) throws ProviderException {
        int tokens = switch (value) {
            case null -> 0;
            case Integer number -> number;
            case String text when text.matches("\\d{1,9}") -> Integer.parseInt(text);
            default -> -1;
        };
        if (tokens < 0) {
            throw wrong(id, "num-ctx-max", "must be a number of tokens such as 32768");
        }
        return tokens;
    }

    private static ProviderException wrong(String id, String key, String how) {
        return new ProviderException(FailureCategory.CONFIGURATION, "provider '" + id + "': '" + key + "' " + how);
    }
}
