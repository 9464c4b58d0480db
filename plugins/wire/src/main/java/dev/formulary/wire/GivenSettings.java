package dev.formulary.wire;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.Setting;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// What stands in a provider's entry of the configuration, read value by value. Every complaint is a [ProviderException] with
/// [FailureCategory#CONFIGURATION] that names the setting and what would be right. Immutable as long as the values are.
///
/// @param id the provider's name
/// @param values by the setting's name
/// @param declared the settings that there are, besides `models`
public record GivenSettings(String id, Map<String, Object> values, List<Setting> declared) {
    /// Read by the gateway, and told to plug-ins as well.
    private static final String MODELS = "models";

    /// Complains of a setting that there is not, and names the one that somebody may have meant.
    public void refuseUnknown() throws ProviderException {
        List<String> known = names();
        for (String key : values.keySet()) {
            if (!known.contains(key)) {
                String nearest = known.stream().min(Comparator.comparingInt(each -> distance(key, each)))
                        .orElseThrow();
                throw wrong(key, "is unknown; did you mean '" + nearest + "'?");
            }
        }
    }

    /// All names that may stand there.
    public List<String> names() {
        return Stream.concat(declared.stream().map(Setting::name), Stream.of(MODELS)).toList();
    }

    /// The address of a server, over HTTP or HTTPS.
    ///
    /// @param url what was said
    /// @param example what is told to who has said something else
    public URI address(String key, String url, String example) throws ProviderException {
        try {
            URI uri = new URI(url.strip());
            if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // told below
        }
        throw wrong(key, "must be an address such as '" + example + "'");
    }

    /// The address without slashes at its end.
    public static String withoutSlash(String url) {
        return url.endsWith("/") ? withoutSlash(url.substring(0, url.length() - 1)) : url;
    }

    /// A text; a number counts as one.
    public String text(String key, String fallback) throws ProviderException {
        Object value = values.get(key);
        return switch (value) {
            case null -> fallback;
            case String text -> text;
            case Number number -> number.toString();
            default -> throw wrong(key, "must be text");
        };
    }

    /// True or false, also as text.
    public boolean flag(String key, boolean fallback) throws ProviderException {
        Object value = values.get(key);
        return switch (value) {
            case null -> fallback;
            case Boolean flag -> flag;
            case String text when text.equals("true") || text.equals("false") -> text.equals("true");
            default -> throw wrong(key, "must be true or false");
        };
    }

    /// One of the words that are declared for a setting.
    public String choice(String key) throws ProviderException {
        Setting setting = declared.stream().filter(each -> each.name().equals(key)).findFirst().orElseThrow();
        Object value = values.get(key);
        // YAML reads a bare off as false
        String word = value == null ? setting.fallback() : Boolean.FALSE.equals(value) ? "off" : value.toString();
        if (!setting.choices().contains(word)) {
            throw wrong(key, "must be one of " + String.join(", ", setting.choices()));
        }
        return word;
    }

    /// A whole number from 1.
    public int whole(String key, int fallback, int most) throws ProviderException {
        String text = text(key, Integer.toString(fallback));
        if (!values.containsKey(key)) {
            return fallback;
        }
        boolean plain = !text.isEmpty() && text.length() < 10 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        int value = plain ? Integer.parseInt(text) : 0;
        if (value < 1 || value > most) {
            throw wrong(key, "must be a whole number from 1 to " + most);
        }
        return value;
    }

    /// A list of texts; one text alone will do.
    public List<String> texts(String key) throws ProviderException {
        Object value = values.get(key);
        return switch (value) {
            case null -> List.of();
            case String text -> List.of(text);
            case List<?> list when list.stream().allMatch(String.class::isInstance) ->
                list.stream().map(String.class::cast).toList();
            default -> throw wrong(key, "must be a list of texts");
        };
    }

    /// Headers by name, in their order.
    public Map<String, String> headers(String key) throws ProviderException {
        Object value = values.get(key);
        var headers = new LinkedHashMap<String, String>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((name, text) -> headers.put(String.valueOf(name), String.valueOf(text)));
        } else if (value != null) {
            throw wrong(key, "must be a map of names to texts");
        }
        return headers;
    }

    /// The ids of `models`: a list of ids, a list of maps with an `id`, or a map by id. Whatever else a card says is for the
    /// gateway.
    public List<String> models() throws ProviderException {
        Object value = values.get(MODELS);
        var ids = new ArrayList<String>();
        if (value instanceof Map<?, ?> map) {
            map.keySet().forEach(model -> ids.add(String.valueOf(model)));
        } else if (value instanceof List<?> list) {
            for (Object entry : list) {
                Object model = entry instanceof Map<?, ?> card ? card.get("id") : entry;
                if (!(model instanceof String text) || text.isBlank()) {
                    throw wrong(MODELS, "must be a list of ids, or of cards with an 'id'");
                }
                ids.add(text);
            }
        } else if (value != null) {
            throw wrong(MODELS, "must be a list of ids, or of cards with an 'id'");
        }
        return List.copyOf(ids);
    }

    /// A complaint of a setting.
    ///
    /// @param how it is wrong, and what would be right
    public ProviderException wrong(String key, String how) {
        return new ProviderException(FailureCategory.CONFIGURATION, "provider '" + id + "': '" + key + "' " + how);
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
