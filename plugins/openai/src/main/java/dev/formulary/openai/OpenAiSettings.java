package dev.formulary.openai;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A provider's entry in the configuration.
///
/// @param baseUrl `base-url`, without a slash at the end; by default `https://api.openai.com/v1`
/// @param apiKey `api-key`, or null when the server asks for none
/// @param headers what goes with every request: `organization`, `project` and `headers`
/// @param models `models`: ids known without asking
/// @param discover `discover`: whether `GET /models` is asked; true unless said otherwise
/// @param local `local`: whether prompts stay on this machine or its own network; by default, when the host is there
/// @param free `free`: whether answers cost nothing; by default, when `local`
/// @param maxTokensMember `max-tokens-member`: what the limit of the answer is called; null lets the caller's own name
///        stand
record OpenAiSettings(String baseUrl, @Nullable String apiKey, Map<String, String> headers, List<String> models,
        boolean discover, boolean local, boolean free, @Nullable String maxTokensMember) {

    private static final String OPENAI = "https://api.openai.com/v1";
    private static final List<String> KEYS = List.of("base-url", "api-key", "organization", "project", "headers",
            "models", "discover", "local", "free", "max-tokens-member");

    /// @throws ProviderException naming the setting that is wrong and what would be right
    static OpenAiSettings of(String id, Map<String, Object> given) throws ProviderException {
        for (String key : given.keySet()) {
            if (!KEYS.contains(key)) {
                throw wrong(id, key, "is unknown; did you mean '" + nearest(key) + "'?");
            }
        }
        URI base = address(id, text(id, given, "base-url", OPENAI));
        var headers = new LinkedHashMap<String, String>();
        put(headers, "OpenAI-Organization", text(id, given, "organization", ""));
        put(headers, "OpenAI-Project", text(id, given, "project", ""));
        headers.putAll(headers(id, given.get("headers")));
        boolean local = flag(id, given, "local", LocalHosts.isLocal(base.getHost()));
        String key = text(id, given, "api-key", "");
        String member = text(id, given, "max-tokens-member", "");
        return new OpenAiSettings(stripSlash(base.toString()), key.isEmpty() ? null : key, Map.copyOf(headers),
                models(id, given.get("models")), flag(id, given, "discover", true), local,
                flag(id, given, "free", local), member.isEmpty() ? null : member);
    }

    /// What the limit of the answer is called when nobody has named it.
    String limitMember() {
        if (maxTokensMember != null) {
            return maxTokensMember;
        }
        return baseUrl.equals(OPENAI) ? "max_completion_tokens" : "max_tokens";
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
            if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
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

    private static Map<String, String> headers(String id, @Nullable Object value) throws ProviderException {
        var headers = new LinkedHashMap<String, String>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((name, text) -> headers.put(String.valueOf(name), String.valueOf(text)));
        } else if (value != null) {
            throw wrong(id, "headers", "must be a map of names to texts");
        }
        return headers;
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

    private static String nearest(String key) {
        return KEYS.stream().min(Comparator.comparingInt(known -> distance(key, known))).orElseThrow();
    }

    /// How many letters must be changed, added or left out.
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
