package dev.formulary.engine.transport;

import dev.formulary.engine.config.Perimeter;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Looks at the head of a request before anything is done for it: whether a proxy before us could have read another request
/// from the same bytes (RFC 9112 section 11.2), and whether a web page makes a browser ask that may not. Thread-safe.
final class RequestGate {
    private static final int MOST_HEADERS = 100;
    private static final Set<String> LOCAL = Set.of("localhost", "[::1]");

    private final Perimeter perimeter;

    RequestGate(Perimeter perimeter) {
        this.perimeter = perimeter;
    }

    /// Why a request is refused.
    ///
    /// @param last whether nothing that follows on the connection can be trusted
    record Refused(int status, String code, String message, boolean last) {}

    /// @return null when it may pass
    @Nullable
    Refused check(HttpServerRequest request) {
        Refused refused = form(request);
        if (refused == null) {
            refused = body(request.headers());
        }
        return refused == null ? sender(request) : refused;
    }

    private static @Nullable Refused form(HttpServerRequest request) {
        MultiMap headers = request.headers();
        if (headers.size() > MOST_HEADERS) {
            return new Refused(431, "too_many_headers", "the request has more than " + MOST_HEADERS + " headers", true);
        }
        if (headers.contains("")) {
            return bad("a header has no name");
        }
        if (request.version() == HttpVersion.HTTP_2) {
            String problem = Http2Form.problem(request);
            if (problem != null) {
                return bad(problem);
            }
        } else if (!request.uri().startsWith("/")) {
            return bad("the request's target must be a path; this is no proxy");
        }
        List<String> hosts = headers.getAll(HttpHeaders.HOST);
        boolean needed = request.version() == HttpVersion.HTTP_1_1;
        if (hosts.size() > 1 || (needed && hosts.isEmpty())) {
            return bad("the request must have exactly one Host header, it has " + hosts.size());
        }
        return (needed || !hosts.isEmpty()) && request.authority() == null && !hosts.getFirst().isEmpty()
                ? bad("the Host header is no host name")
                : null;
    }

    private static @Nullable Refused body(MultiMap headers) {
        List<String> encodings = headers.getAll(HttpHeaders.TRANSFER_ENCODING);
        if (encodings.size() > 1 || (encodings.size() == 1 && !encodings.getFirst().equalsIgnoreCase("chunked"))) {
            return bad("Transfer-Encoding can be chunked and nothing else");
        }
        if (!encodings.isEmpty() && headers.contains(HttpHeaders.CONTENT_LENGTH)) {
            return bad("a request has Transfer-Encoding or Content-Length, never both");
        }
        List<String> lengths = headers.getAll(HttpHeaders.CONTENT_LENGTH);
        if (lengths.size() > 1 || (lengths.size() == 1 && !isNumber(lengths.getFirst()))) {
            return bad("Content-Length must be one whole number");
        }
        String expected = headers.get(HttpHeaders.EXPECT);
        if (expected != null && !expected.equalsIgnoreCase("100-continue")) {
            return new Refused(417, "unsupported_expectation", "nothing but 100-continue can be expected", true);
        }
        String coding = headers.get(HttpHeaders.CONTENT_ENCODING);
        return coding == null || coding.equalsIgnoreCase("identity")
                ? null
                : new Refused(415, "unsupported_content_encoding", "the body must come as it is, without "
                        + "Content-Encoding", false);
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.length() < 19 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private @Nullable Refused sender(HttpServerRequest request) {
        HostAndPort authority = request.authority();
        String host = authority == null ? null : authority.host().toLowerCase(Locale.ROOT);
        if (!perimeter.hosts().isEmpty() && host != null && !perimeter.hosts().contains(host) && !isLoopback4(host)) {
            return new Refused(421, "unknown_host",
                    "this host name is not one of this server's; list it under \"hosts\""
                            + " in the configuration if it is",
                    false);
        }
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        if (origin == null || !perimeter.open() || mayCall(origin, request, authority)) {
            return null;
        }
        return new Refused(403, "origin_not_allowed", "web pages from there may not call; list the origin under "
                + "\"server.cors.origins\" in the configuration if they may", false);
    }

    /// Programs that are no web pages, but run in a frame of a browser, have schemes of their own.
    private boolean mayCall(String origin, HttpServerRequest request, @Nullable HostAndPort authority) {
        if (perimeter.origins().contains(origin)) {
            return true;
        }
        int scheme = origin.indexOf("://");
        if (scheme < 0) {
            return false;
        }
        if (!origin.startsWith("http")) {
            return true;
        }
        return authority != null
                && origin.equalsIgnoreCase((request.isSSL() ? "https://" : "http://") + shown(authority, request));
    }

    private static String shown(HostAndPort authority, HttpServerRequest request) {
        int usual = request.isSSL() ? 443 : 80;
        return authority.port() < 0 || authority.port() == usual
                ? authority.host()
                : authority.host() + ":" + authority.port();
    }

    /// `127.` followed by digits and dots only: `127.0.0.1.example.com` is somebody else's name.
    private static boolean isLoopback4(String host) {
        return LOCAL.contains(host) || (host.startsWith("127.")
                && host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9')));
    }

    private static Refused bad(String message) {
        return new Refused(400, "bad_request", message, true);
    }
}
