package dev.formulary.gemini;

import dev.formulary.spi.ProviderException;
import dev.formulary.spi.Setting;
import dev.formulary.wire.GivenSettings;
import java.net.URI;
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
        var values = new GivenSettings(id, given, DECLARED);
        values.refuseUnknown();
        String key = values.text("api-key", "").strip();
        if (key.isEmpty() && !given.containsKey("base-url")) {
            throw values.wrong("api-key", "is missing, as in: api-key: ${GEMINI_API_KEY}");
        }
        return new GeminiSettings(address(values), key.isEmpty() ? null : key, Map.copyOf(values.headers("headers")),
                values.models(), values.flag("discover", true),
                Fetch.valueOf(values.choice("fetch").toUpperCase(Locale.ROOT)));
    }

    private static String address(GivenSettings values) throws ProviderException {
        URI uri = values.address("base-url", values.text("base-url", GOOGLE), GOOGLE);
        if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw values.wrong("base-url",
                    "must be an address without user, '?' and '#'; the key belongs to 'api-key'");
        }
        String path = uri.getRawPath() == null ? "" : uri.getRawPath().replaceAll("/+$", "");
        if (path.endsWith("/openai")) {
            throw values.wrong("base-url", "is that of another format: leave '/openai' out");
        }
        String last = path.substring(path.lastIndexOf('/') + 1);
        return uri.getScheme() + "://" + uri.getRawAuthority() + path
                + (VERSION.matcher(last).matches() ? "" : "/v1beta");
    }

    /// Hides the key wherever a record is shown.
    @Override
    public String toString() {
        return "GeminiSettings[" + baseUrl + "]";
    }
}
