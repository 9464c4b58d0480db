package dev.formulary.engine.transport;

import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a request of HTTP/2 may not hold, since whoever writes it down in HTTP/1.1 would write another request: frames can
/// carry any byte where lines can't (RFC 9113 sections 8.2.1, 8.3.1 and 10.3).
final class Http2Form {
    private static final String TOKEN = "!#$%&'*+-.^_`|~";

    private Http2Form() {}

    /// @return what is wrong, or null
    static @Nullable String problem(HttpServerRequest request) {
        String method = request.method().name();
        if (!isToken(method) || method.equals("CONNECT")) {
            return "the method is none that is served here";
        }
        String scheme = request.scheme();
        if (!"http".equals(scheme) && !"https".equals(scheme)) {
            return "the scheme must be http or https";
        }
        String path = request.uri();
        if (!path.startsWith("/") || !path.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            return "the path must begin with a slash and be written in visible characters of ASCII";
        }
        for (Map.Entry<String, String> header : request.headers()) {
            if (!isToken(header.getKey())) {
                return "a header has a name that is none";
            }
            if (!isPlain(header.getValue())) {
                return "a header has a value with an end of a line or another control character";
            }
        }
        return null;
    }

    private static boolean isToken(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!plain && TOKEN.indexOf(c) < 0) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    private static boolean isPlain(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f) {
                return false;
            }
        }
        return true;
    }
}
