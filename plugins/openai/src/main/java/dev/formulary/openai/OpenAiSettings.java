package dev.formulary.openai;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A provider's entry in the configuration.
///
/// @param baseUrl `base-url`, without a slash at the end; by default the dialect's own
/// @param dialect `dialect`, or that of the address
/// @param keys `api-key` and `api-keys`; empty when the server asks for none
/// @param apiVersion `api-version`, or empty
/// @param headers what goes with every request: `organization`, `project`, `referer`, `title` and `headers`
/// @param models `models`: ids known without asking
/// @param discover `discover`: whether `GET /models` is asked; true unless said otherwise
/// @param local `local`: whether prompts stay on this machine or its own network; by default, when the host is there
/// @param free `free`: whether answers cost nothing; by default, when `local`
/// @param maxTokensMember `max-tokens-member`: what the limit of the answer is called; null leaves it to the dialect
record OpenAiSettings(String baseUrl, Dialect dialect, List<String> keys, String apiVersion,
        Map<String, String> headers,
        List<String> models, boolean discover, boolean local, boolean free, @Nullable String maxTokensMember) {

    /// @throws ProviderException naming the setting that is wrong and what would be right
    static OpenAiSettings of(String id, Map<String, Object> given) throws ProviderException {
        for (String key : given.keySet()) {
            if (!Declared.knows(key)) {
                throw wrong(id, key, "is unknown; did you mean '" + Declared.nearest(key) + "'?");
            }
        }
        Dialect named = dialect(id, text(id, given, "dialect", "auto"));
        URI base = address(id, text(id, given, "base-url", usualAddress(id, given, named)));
        Dialect dialect = named != null ? named : Dialects.at(id, base.getHost(), base.getPort());
        boolean local = flag(id, given, "local", LocalHosts.isLocal(base.getHost()));
        String member = text(id, given, "max-tokens-member", "");
        return new OpenAiSettings(stripSlash(base.toString()), dialect, keys(id, given),
                text(id, given, "api-version", ""), allHeaders(id, given), models(id, given.get("models")),
                flag(id, given, "discover", true), local, flag(id, given, "free", local),
                member.isEmpty() ? null : member);
    }

    /// What the limit of the answer may be called, the preferred name first.
    List<String> limits() {
        return maxTokensMember == null ? dialect.limits() : List.of(maxTokensMember);
    }

    private static @Nullable Dialect dialect(String id, String name) throws ProviderException {
        if (name.equals("auto")) {
            return null;
        }
        return Dialects.named(name).orElseThrow(() -> wrong(id, "dialect",
                "must be one of auto, " + String.join(", ", Dialects.names())));
    }

    /// Where a vendor serves everybody; the format's own vendor when nothing says which.
    private static String usualAddress(String id, Map<String, Object> given, @Nullable Dialect named)
            throws ProviderException {
        Dialect dialect = named != null ? named : Dialects.named(id).orElse(Dialects.ALL.getFirst());
        if (dialect.baseUrl().isEmpty() && !given.containsKey("base-url")) {
            throw wrong(id, "base-url", "is missing; it must be an address such as 'http://127.0.0.1:8000/v1'");
        }
        return dialect.baseUrl();
    }

    private static List<String> keys(String id, Map<String, Object> given) throws ProviderException {
        var keys = new ArrayList<String>();
        keys.add(text(id, given, "api-key", ""));
        Object several = given.get("api-keys");
        if (several instanceof List<?> list && list.stream().allMatch(String.class::isInstance)) {
            list.forEach(key -> keys.add(String.valueOf(key)));
        } else if (several != null) {
            throw wrong(id, "api-keys", "must be a list of texts");
        }
        return keys.stream().map(String::strip).filter(key -> !key.isEmpty()).distinct().toList();
    }

    private static Map<String, String> allHeaders(String id, Map<String, Object> given) throws ProviderException {
        var headers = new LinkedHashMap<String, String>();
        put(headers, "OpenAI-Organization", text(id, given, "organization", ""));
        put(headers, "OpenAI-Project", text(id, given, "project", ""));
        put(headers, "HTTP-Referer", text(id, given, "referer", ""));
        put(headers, "X-Title", text(id, given, "title", ""));
        Object more = given.get("headers");
        if (more instanceof Map<?, ?> map) {
            map.forEach((name, text) -> headers.put(String.valueOf(name), String.valueOf(text)));
        } else if (more != null) {
            throw wrong(id, "headers", "must be a map of names to texts");
        }
        return Map.copyOf(headers);
    }

    private static void put(Map<String, String> headers, String name, String value) {
        if (!value.isEmpty()) {
            headers.put(name, value);
        }
    }

    private static String stripSlash(String url) {
        return url.endsWith("/") ? stripSlash(url.substring(0, url.length() - 1)) : url;
    }

    private static URI address(String id, String url) throws ProviderException {
        try {
            URI uri = new URI(url.strip());
            boolean plain = uri.getQuery() == null && uri.getFragment() == null;
            if (plain && uri.getHost() != null
                    && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // told below
        }
        throw wrong(id, "base-url", "must be an address such as 'http://127.0.0.1:8000/v1'");
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

    private static boolean flag(String id, Map<String, Object> given, String key, boolean whenAbsent)
            throws ProviderException {
        Object value = given.get(key);
        return switch (value) {
            case null -> whenAbsent;
            case Boolean flag -> flag;
            case String text when text.equals("true") || text.equals("false") -> text.equals("true");
            default -> throw wrong(id, key, "must be true or false");
        };
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
}
