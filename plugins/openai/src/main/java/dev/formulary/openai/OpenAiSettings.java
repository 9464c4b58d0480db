package dev.formulary.openai;

import dev.formulary.spi.ProviderException;
import dev.formulary.wire.GivenSettings;
import dev.formulary.wire.LocalHosts;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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
    private static final String EXAMPLE = "http://127.0.0.1:8000/v1";

    /// @throws ProviderException naming the setting that is wrong and what would be right
    static OpenAiSettings of(String id, Map<String, Object> given) throws ProviderException {
        var values = new GivenSettings(id, given, Declared.ALL);
        values.refuseUnknown();
        Dialect named = dialect(values);
        URI base = address(values, values.text("base-url", usualAddress(values, named)));
        Dialect dialect = named != null ? named : Dialects.at(id, base.getHost(), base.getPort());
        boolean local = values.flag("local", LocalHosts.isLocal(base.getHost()));
        String member = values.text("max-tokens-member", "");
        return new OpenAiSettings(GivenSettings.withoutSlash(base.toString()), dialect, keys(values),
                values.text("api-version", ""), allHeaders(values), values.models(), values.flag("discover", true),
                local, values.flag("free", local), member.isEmpty() ? null : member);
    }

    /// What the limit of the answer may be called, the preferred name first.
    List<String> limits() {
        return maxTokensMember == null ? dialect.limits() : List.of(maxTokensMember);
    }

    private static @Nullable Dialect dialect(GivenSettings values) throws ProviderException {
        String name = values.choice("dialect");
        return name.equals("auto") ? null : Dialects.named(name).orElseThrow();
    }

    /// Where a vendor serves everybody; the format's own vendor when nothing says which.
    private static String usualAddress(GivenSettings values, @Nullable Dialect named) throws ProviderException {
        Dialect dialect = named != null ? named : Dialects.named(values.id()).orElse(Dialects.ALL.getFirst());
        if (dialect.baseUrl().isEmpty() && !values.values().containsKey("base-url")) {
            throw values.wrong("base-url", "is missing; it must be an address such as '" + EXAMPLE + "'");
        }
        return dialect.baseUrl();
    }

    private static URI address(GivenSettings values, String url) throws ProviderException {
        URI uri = values.address("base-url", url, EXAMPLE);
        if (uri.getQuery() != null || uri.getFragment() != null) {
            throw values.wrong("base-url", "must be an address such as '" + EXAMPLE + "'");
        }
        return uri;
    }

    private static List<String> keys(GivenSettings values) throws ProviderException {
        return Stream.concat(Stream.of(values.text("api-key", "")), values.texts("api-keys").stream())
                .map(String::strip).filter(key -> !key.isEmpty()).distinct().toList();
    }

    private static Map<String, String> allHeaders(GivenSettings values) throws ProviderException {
        var headers = new LinkedHashMap<String, String>();
        put(headers, "OpenAI-Organization", values.text("organization", ""));
        put(headers, "OpenAI-Project", values.text("project", ""));
        put(headers, "HTTP-Referer", values.text("referer", ""));
        put(headers, "X-Title", values.text("title", ""));
        headers.putAll(values.headers("headers"));
        return Map.copyOf(headers);
    }

    private static void put(Map<String, String> headers, String name, String value) {
        if (!value.isEmpty()) {
            headers.put(name, value);
        }
    }
}
