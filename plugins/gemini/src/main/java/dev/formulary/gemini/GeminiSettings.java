package dev.formulary.gemini;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.Setting;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A provider's entry in the configuration.
///
/// @param baseUrl `base-url` with the version of the API at its end, without a slash
/// @param apiKey `api-key`, or null when a proxy adds one
/// @param headers `headers`: what goes with every request
/// @param models `models`: ids known without asking
/// @param discover `discover`: whether the list of models is asked
/// @param fetch `fetch`: from where pictures and files are fetched that a caller names by their address
record GeminiSettings(String baseUrl, @Nullable String apiKey, Map<String, String> headers, List<String> models,
        boolean discover, Fetch fetch) {

    private static final String GOOGLE = "https://generativelanguage.googleapis.com/v1beta";
    private static final Pattern VERSION = Pattern.compile("v[0-9][a-z0-9]*");

    /// What can be set.
    static final List<Setting> DECLARED = List.of(
            Setting.of("base-url", Setting.Type.URL, GOOGLE,
                    "where the API is; 'v1beta' is added when no version stands at the end"),
            Setting.of("api-key", Setting.Type.SECRET, null,
                    "the key of the Gemini API; needed unless 'base-url' is a proxy"),
            Setting.of("headers", Setting.Type.MAP, null, "headers that go with every request"),
            Setting.of("discover", Setting.Type.FLAG, "true", "whether the vendor is asked for its list of models"),
            Setting.choice("fetch", List.of("public", "anywhere", "nowhere"), "public",
                    "from where pictures and files are fetched that a caller names by their address"));

    /// From where addresses that callers name are fetched.
    enum Fetch {
        /// From servers on the internet, not from this machine or its own networks.
        PUBLIC,
        /// From every server that this machine can reach.
        ANYWHERE,
        /// Not at all.
        NOWHERE
    }

    /// @throws ProviderException naming the setting that is wrong and what would be right
    static GeminiSettings of(String id, Map<String, Object> given) throws ProviderException {
        for (String key : given.keySet()) {
            if (!key.equals("models") && DECLARED.stream().noneMatch(setting -> setting.name().equals(key))) {
                throw wrong(id, key, "is unknown; there are "
                        + String.join(", ", DECLARED.stream().map(Setting::name).toList()) + " and models");
            }
        }
        String key = text(id, given, "api-key", "").strip();
        if (key.isEmpty() && !given.containsKey("base-url")) {
            throw wrong(id, "api-key", "is missing, as in: api-key: ${GEMINI_API_KEY}");
        }
        return new GeminiSettings(address(id, text(id, given, "base-url", GOOGLE).strip()), key.isEmpty() ? null : key,
                headers(id, given.get("headers")), models(id, given.get("models")), discover(id, given.get("discover")),
                fetch(id, text(id, given, "fetch", "public")));
    }

    private static String address(String id, String url) throws ProviderException {
        URI uri = uri(id, url);
        if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw wrong(id, "base-url", "must be an address without user, '?' and '#'; the key belongs to 'api-key'");
        }
        String path = uri.getRawPath() == null ? "" : uri.getRawPath().replaceAll("/+$", "");
        if (path.endsWith("/openai")) {
            throw wrong(id, "base-url", "is that of another format: leave '/openai' out");
        }
        String last = path.substring(path.lastIndexOf('/') + 1);
        return uri.getScheme() + "://" + uri.getRawAuthority() + path
                + (VERSION.matcher(last).matches() ? "" : "/v1beta");
    }

    private static URI uri(String id, String url) throws ProviderException {
        try {
            URI uri = new URI(url);
            if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // told below
        }
        throw wrong(id, "base-url", "must be an address such as '" + GOOGLE + "'");
    }

    private static String text(String id, Map<String, Object> given, String key, String whenAbsent)
            throws ProviderException {
        Object value = given.get(key);
        return switch (value) {
            case null -> whenAbsent;
            case String text -> text;
            case Number number -> number.toString();
            default -> throw wrong(id, key, "must be text");
        };
    }

    private static boolean discover(String id, @Nullable Object value) throws ProviderException {
        return switch (value) {
            case null -> true;
            case Boolean flag -> flag;
            case String text when text.equals("true") || text.equals("false") -> text.equals("true");
            default -> throw wrong(id, "discover", "must be true or false");
        };
    }

    private static Fetch fetch(String id, String value) throws ProviderException {
        for (Fetch each : Fetch.values()) {
            if (each.name().toLowerCase(Locale.ROOT).equals(value)) {
                return each;
            }
        }
        throw wrong(id, "fetch", "must be public, anywhere or nowhere");
    }

    private static Map<String, String> headers(String id, @Nullable Object value) throws ProviderException {
        var headers = new LinkedHashMap<String, String>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((name, text) -> headers.put(String.valueOf(name), String.valueOf(text)));
        } else if (value != null) {
            throw wrong(id, "headers", "must be a map of names to texts");
        }
        return Map.copyOf(headers);
    }

    /// A list of ids, a list of maps with an `id`, or a map by id: whatever else a card says is for the gateway.
    private static List<String> models(String id, @Nullable Object value) throws ProviderException {
        var ids = new ArrayList<String>();
        if (value instanceof Map<?, ?> map) {
            map.keySet().forEach(model -> ids.add(String.valueOf(model)));
        } else if (value instanceof List<?> list) {
            for (Object entry : list) {
                Object model = entry instanceof Map<?, ?> card ? card.get("id") : entry;
                if (!(model instanceof String text) || text.isBlank()) {
                    throw wrong(id, "models", "must be a list of ids, or of cards with an 'id'");
                }
                ids.add(text);
            }
        } else if (value != null) {
            throw wrong(id, "models", "must be a list of ids, or of cards with an 'id'");
        }
        return List.copyOf(ids);
    }

    private static ProviderException wrong(String id, String key, String how) {
        return new ProviderException(FailureCategory.CONFIGURATION, "provider '" + id + "': '" + key + "' " + how);
    }

    /// Hides the key wherever a record is shown.
    @Override
    public String toString() {
        return "GeminiSettings[" + baseUrl + "]";
    }
}
