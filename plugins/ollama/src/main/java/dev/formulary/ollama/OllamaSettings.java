package dev.formulary.ollama;

import dev.formulary.spi.ProviderException;
import dev.formulary.spi.Setting;
import dev.formulary.wire.GivenSettings;
import dev.formulary.wire.Json;
import dev.formulary.wire.LocalHosts;
import java.net.URI;
import java.util.List;
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
    private static final String USUAL = "http://127.0.0.1:11434";

    /// What the gateway checks and shows.
    static final List<Setting> DECLARED = List.of(
            Setting.of("base-url", Setting.Type.TEXT, USUAL,
                    "Where the server is; a host with or without a port will do, as in `OLLAMA_HOST`."),
            Setting.of("api-key", Setting.Type.SECRET, null, "The key, for ollama.com or behind a proxy."),
            Setting.of("keep-alive", Setting.Type.TEXT, "the server's own",
                    "How long a model stays loaded when the caller does not say: `30m`, seconds, or -1 for ever."),
            Setting.number("num-ctx-max", Setting.Type.WHOLE, 0, Integer.MAX_VALUE, "0",
                    "The largest context to reserve, in tokens; 0 sets no limit but the model's own."));

    /// @throws ProviderException naming the setting that is wrong and what would be right
    static OllamaSettings of(String id, Map<String, Object> given) throws ProviderException {
        var values = new GivenSettings(id, given, DECLARED);
        values.refuseUnknown();
        URI base = address(values);
        String secret = values.text("api-key", "");
        return new OllamaSettings(GivenSettings.withoutSlash(base.toString()), secret.isEmpty() ? null : secret,
                keepAlive(values), contextMax(values), LocalHosts.isLocal(base.getHost()));
    }

    /// Also what Ollama's own `OLLAMA_HOST` may hold: a host with or without a port.
    private static URI address(GivenSettings values) throws ProviderException {
        String given = values.text("base-url", USUAL).strip();
        boolean bare = !given.contains("://");
        boolean port = given.matches(".*:\\d+/?");
        return reachable(
                values.address("base-url", bare ? "http://" + given + (port ? "" : ":11434") : given, USUAL));
    }

    /// A server may listen on all addresses, but it can't be asked there.
    private static URI reachable(URI uri) {
        return uri.getHost().equals("0.0.0.0") ? URI.create(uri.toString().replace("0.0.0.0", "127.0.0.1")) : uri;
    }

    private static @Nullable String keepAlive(GivenSettings values) throws ProviderException {
        Object value = values.values().get("keep-alive");
        return switch (value) {
            case null -> null;
            case Number seconds -> Long.toString(seconds.longValue());
            case String text when text.matches("-?\\d+") -> text;
            case String text when KeepAlive.read(text) != null -> Json.quote(text);
            default -> throw values.wrong("keep-alive", "must be a time such as '30m', or -1 for ever");
        };
    }

    private static int contextMax(GivenSettings values) throws ProviderException {
        Object value = values.values().get("num-ctx-max");
        int tokens = switch (value) {
            case null -> 0;
            case Integer number -> number;
            case String text when text.matches("\\d{1,9}") -> Integer.parseInt(text);
            default -> -1;
        };
        if (tokens < 0) {
            throw values.wrong("num-ctx-max", "must be a number of tokens such as 32768");
        }
        return tokens;
    }
}
