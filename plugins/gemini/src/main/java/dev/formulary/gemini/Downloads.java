package dev.formulary.gemini;

import dev.formulary.gemini.GeminiSettings.Fetch;
import dev.formulary.spi.Attempt;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.HttpTransport;
import dev.formulary.spi.ProviderException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/// Fetches what one request names by its address, for the API takes bytes only. Each address is fetched once. Not
/// thread-safe.
final class Downloads {
    /// How many bytes all that is fetched for one request may have.
    static final int MOST_BYTES = 20 * 1024 * 1024;

    private static final int MOST_REDIRECTS = 3;
    private static final Duration LONGEST_LOOKUP = Duration.ofSeconds(5);

    private final HttpTransport http;
    private final NameLookup names;
    private final Fetch from;
    private final Attempt attempt;
    private final Map<String, Fetched> known = new HashMap<>();
    private int left = MOST_BYTES;

    /// @param mediaType without parameters
    /// @param base64 the bytes
    record Fetched(String mediaType, String base64) {}

    Downloads(HttpTransport http, NameLookup names, Fetch from, Attempt attempt) {
        this.http = http;
        this.names = names;
        this.from = from;
        this.attempt = attempt;
    }

    /// @param where which part of the request names the address, for messages
    /// @param acceptable which media types are
    /// @throws ProviderException with [FailureCategory#UNSUPPORTED] when it may not be fetched, and
    ///         [FailureCategory#INVALID_REQUEST] when it can't be
    Fetched fetch(String url, String where, Predicate<String> acceptable)
            throws ProviderException, InterruptedException {
        Fetched before = known.get(url);
        if (before != null) {
            return before;
        }
        URI at = address(url, where);
        for (int hop = 0; hop <= MOST_REDIRECTS; hop++) {
            check(at, where);
            try (HttpTransport.Response response = send(at, where)) {
                String location = response.header("location").orElse("");
                if (response.status() / 100 != 3 || location.isEmpty()) {
                    Fetched fetched = read(response, where, acceptable);
                    known.put(url, fetched);
                    return fetched;
                }
                at = address(resolved(at, location), where);
            }
        }
        throw wrong(where, "names an address that leads from one to the next without end");
    }

    private static String resolved(URI from, String location) {
        try {
            return from.resolve(location).toString();
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private static URI address(String url, String where) throws ProviderException {
        try {
            URI uri = URI.create(url.strip());
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            if (uri.getHost() != null && (scheme.equals("http") || scheme.equals("https"))) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // told below
        }
        throw wrong(where, "must be a data: url, or an address that begins with http:// or https://");
    }

    private void check(URI at, String where) throws ProviderException, InterruptedException {
        if (from == Fetch.NOWHERE) {
            throw refused(where, "is named by its address; send its bytes as a data: url instead");
        }
        if (from == Fetch.ANYWHERE) {
            return;
        }
        List<InetAddress> all = addresses(at.getHost(), where);
        if (all.isEmpty()) {
            throw wrong(where, "names a server that does not exist");
        }
        if (!all.stream().allMatch(PublicAddress::isPublic)) {
            throw refused(where, "lies on a network that is not public; send its bytes as a data: url instead");
        }
    }

    private List<InetAddress> addresses(String host, String where) throws ProviderException, InterruptedException {
        Duration left = attempt.remaining();
        try {
            return names.of(host, left.compareTo(LONGEST_LOOKUP) < 0 ? left : LONGEST_LOOKUP);
        } catch (TimeoutException e) {
            throw told(new ProviderException(FailureCategory.TIMEOUT, "a name was not found in time", 0, null, e),
                    where);
        }
    }

    private HttpTransport.Response send(URI at, String where) throws ProviderException, InterruptedException {
        try {
            return http.send(new HttpTransport.Request("GET", at, Map.of("Accept", "*/*"), null), attempt);
        } catch (ProviderException e) {
            throw told(e, where);
        }
    }

    private Fetched read(HttpTransport.Response response, String where, Predicate<String> acceptable)
            throws ProviderException, InterruptedException {
        if (response.status() != 200) {
            throw wrong(where, "can't be fetched: its server answered with status " + response.status());
        }
        String type = mediaType(response.header("content-type").orElse(""));
        if (!acceptable.test(type)) {
            throw wrong(where, "names an address at which there is something else");
        }
        try {
            byte[] bytes = response.readAll(left);
            left -= bytes.length;
            return new Fetched(type, Base64.getEncoder().encodeToString(bytes));
        } catch (ProviderException e) {
            if (e.category() == FailureCategory.MALFORMED) {
                throw wrong(where, "is too large: a request's pictures and files may have 20 MiB together");
            }
            throw told(e, where);
        }
    }

    private static String mediaType(String contentType) {
        int end = contentType.indexOf(';');
        String type = (end < 0 ? contentType : contentType.substring(0, end)).strip().toLowerCase(Locale.ROOT);
        return type.equals("image/jpg") ? "image/jpeg" : type;
    }

    /// A failure of another server must not count as one of the vendor's.
    private ProviderException told(ProviderException e, String where) {
        boolean ours = attempt.cancelled() || e.category() == FailureCategory.CANCELLED
                || (e.category() == FailureCategory.TIMEOUT && !attempt.remaining().isPositive());
        return ours ? e : wrong(where, "can't be fetched: its server does not answer");
    }

    private static ProviderException wrong(String where, String how) {
        return new ProviderException(FailureCategory.INVALID_REQUEST, where + " " + how);
    }

    private static ProviderException refused(String where, String how) {
        return new ProviderException(FailureCategory.UNSUPPORTED, where + " " + how);
    }
}
