package dev.formulary.engine.transport;

import dev.formulary.engine.config.Perimeter;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Set;

/// Tells browsers that web pages of the listed origins may call, and all others nothing, so that a browser keeps the answer
/// from them (the Fetch standard, section 3.3). Keys come in a header that pages set themselves: cookies and the browser's own
/// credentials are never allowed. Thread-safe.
final class Cors {
    private static final String METHODS = "GET, HEAD, POST, DELETE";
    private static final String EXPOSED = String.join(", ", List.of("X-Formulary-Decision", "X-Formulary-Model",
            "X-Formulary-Attempts", "X-Formulary-Cache", "X-Formulary-Rules", "X-Formulary-Overhead-Us",
            "X-Formulary-Ignored", "X-Formulary-Handed-Over", "X-Formulary-History", "X-Formulary-Queue-Position",
            "X-Formulary-Queue-Eta-Ms", "Location", "Retry-After"));
    private static final String AN_HOUR = "3600";

    private final Set<String> origins;

    Cors(Perimeter perimeter) {
        origins = perimeter.origins();
    }

    /// Answers the question that a browser asks before a call, or marks the answer to come.
    ///
    /// @return whether the request is answered
    boolean handle(HttpServerRequest request) {
        if (origins.isEmpty()) {
            return false;
        }
        HttpServerResponse response = request.response();
        response.putHeader(HttpHeaders.VARY, HttpHeaders.ORIGIN);
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        if (origin == null || !origins.contains(origin)) {
            return false;
        }
        response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        boolean asks = HttpMethod.OPTIONS.equals(request.method())
                && request.headers().contains(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD);
        if (!asks) {
            response.putHeader(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
            return false;
        }
        String wanted = request.getHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS);
        response.setStatusCode(204).putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, METHODS)
                .putHeader(HttpHeaders.ACCESS_CONTROL_MAX_AGE, AN_HOUR);
        if (wanted != null) {
            response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, wanted);
        }
        response.end();
        return true;
    }
}
