package dev.formulary.anthropic;

import dev.formulary.spi.ProviderException;
import dev.formulary.spi.Setting;
import dev.formulary.wire.GivenSettings;
import dev.formulary.wire.LocalHosts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A provider's entry in the configuration.
///
/// @param baseUrl `base-url`, without `/v1` and without a slash at the end
/// @param apiKey `api-key`, or null when the server asks for none
/// @param headers what goes with every request, the version of the format and the key included
/// @param models `models`: ids known without asking
/// @param discover `discover`: whether `GET /v1/models` is asked
/// @param local `local`: whether prompts stay on this machine or its own network
/// @param free `free`: whether answers cost nothing
/// @param maxTokens `max-tokens`: the most tokens of an answer when the caller sets no limit; 0 for the model's own most
/// @param thinking `thinking`: how models are asked to think; null for what is known of each
/// @param cache `cache`: whether the vendor is asked to keep prompts
record AnthropicSettings(String baseUrl, @Nullable String apiKey, Map<String, String> headers, List<String> models,
        boolean discover, boolean local, boolean free, int maxTokens, Traits.@Nullable Thinking thinking,
        boolean cache) {

    private static final String VENDOR = "https://api.anthropic.com";
    private static final String VERSION = "2023-06-01";
    private static final int MOST_TOKENS = 1_000_000;

    /// What the host checks and shows.
    static final List<Setting> DECLARED = List.of(
            Setting.of("base-url", Setting.Type.URL, VENDOR, "The server's address, with or without '/v1' at the end."),
            Setting.of("api-key", Setting.Type.SECRET, null,
                    "The key, sent as 'x-api-key'; a local server may need none."),
            Setting.of("version", Setting.Type.TEXT, VERSION,
                    "The version of the format, sent as 'anthropic-version'."),
            Setting.of("beta", Setting.Type.LIST, null, "Features to switch on, sent as 'anthropic-beta'."),
            Setting.of("headers", Setting.Type.MAP, null, "Headers that go with every request."),
            Setting.of("discover", Setting.Type.FLAG, "true", "Whether the server is asked for its models."),
            Setting.of("local", Setting.Type.FLAG, null,
                    "Whether prompts stay on this machine or its own network; by the address when not said."),
            Setting.of("free", Setting.Type.FLAG, null, "Whether answers cost nothing; as 'local' when not said."),
            Setting.number("max-tokens", Setting.Type.WHOLE, 1, MOST_TOKENS, "",
                    "The most tokens of an answer when the caller sets no limit; the model's own most when not said."),
            Setting.choice("thinking", List.of("auto", "adaptive", "budget", "off"), "auto",
                    "How models are asked to think; 'auto' goes by what is known of the model."),
            Setting.choice("cache", List.of("auto", "off"), "off",
                    "Whether the vendor is asked to keep tools, system prompt and conversation for the next call."));

    AnthropicSettings {
        headers = Map.copyOf(headers);
        models = List.copyOf(models);
    }

    /// @throws ProviderException naming the setting that is wrong and what would be right
    static AnthropicSettings of(String id, Map<String, Object> given) throws ProviderException {
        var values = new GivenSettings(id, given, DECLARED);
        values.refuseUnknown();
        String url = values.text("base-url", VENDOR);
        String host = values.address("base-url", url, "http://127.0.0.1:8000").getHost();
        String base = withoutVersion(url);
        String key = values.text("api-key", "");
        var headers = headers(values, key);
        if (base.equals(VENDOR) && !hasCredentials(headers)) {
            throw values.wrong("api-key", "is missing; set it, or the 'base-url' of a server that needs none");
        }
        boolean local = values.flag("local", LocalHosts.isLocal(host));
        return new AnthropicSettings(base, key.isEmpty() ? null : key, headers, values.models(),
                values.flag("discover", true), local, values.flag("free", local),
                values.whole("max-tokens", 0, MOST_TOKENS), way(values.choice("thinking")),
                values.choice("cache").equals("auto"));
    }

    /// What must never be shown: the key, and whatever else goes into headers of the configuration.
    List<String> secrets() {
        return headers.entrySet().stream().filter(header -> !header.getKey().startsWith("anthropic-"))
                .map(Map.Entry::getValue)
                .flatMap(value -> Stream.of(value, value.substring(value.lastIndexOf(' ') + 1))).toList();
    }

    private static Map<String, String> headers(GivenSettings values, String key) throws ProviderException {
        var headers = new LinkedHashMap<String, String>();
        headers.put("anthropic-version", values.text("version", VERSION));
        List<String> features = values.texts("beta");
        if (!features.isEmpty()) {
            headers.put("anthropic-beta", String.join(",", features));
        }
        if (!key.isEmpty()) {
            headers.put("x-api-key", key);
        }
        headers.putAll(values.headers("headers"));
        return headers;
    }

    private static boolean hasCredentials(Map<String, String> headers) {
        return headers.keySet().stream()
                .anyMatch(name -> name.equalsIgnoreCase("x-api-key") || name.equalsIgnoreCase("authorization"));
    }

    private static Traits.@Nullable Thinking way(String word) {
        return switch (word) {
            case "adaptive" -> Traits.Thinking.ADAPTIVE;
            case "budget" -> Traits.Thinking.BUDGET;
            case "off" -> Traits.Thinking.NONE;
            default -> null;
        };
    }

    private static String withoutVersion(String url) {
        String bare = GivenSettings.withoutSlash(url.strip());
        return bare.endsWith("/v1") ? withoutVersion(bare.substring(0, bare.length() - 3)) : bare;
    }
}
