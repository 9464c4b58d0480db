package dev.formulary.openai;

import dev.formulary.spi.Attempt;
import dev.formulary.spi.HttpTransport;
import dev.formulary.spi.HttpTransport.Response;
import dev.formulary.spi.ProviderContext;
import dev.formulary.spi.ProviderException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Asks the vendor with one key after another until one is not sent away. Thread-safe.
final class Calls {
    private static final Set<Integer> SENT_AWAY = Set.of(401, 402, 403, 429);

    private final KeyRing keys;
    private final ProviderContext context;
    private final ErrorBody errors;
    private final Map<String, String> headers;
    private final String auth;

    /// @param headers what goes with every request
    /// @param auth the header that bears the key: `bearer` for `Authorization`, else its name
    Calls(KeyRing keys, ProviderContext context, ErrorBody errors, Map<String, String> headers, String auth) {
        this.keys = keys;
        this.context = context;
        this.errors = errors;
        this.auth = auth;
        var all = new HashMap<>(Map.of("Accept", "application/json"));
        all.putAll(headers);
        this.headers = Map.copyOf(all);
    }

    Response get(URI uri, Attempt attempt) throws ProviderException, InterruptedException {
        return send("GET", uri, Map.of(), null, attempt);
    }

    /// @param stream whether the answer is to come in pieces
    Response post(URI uri, byte[] body, boolean stream, Attempt attempt)
            throws ProviderException, InterruptedException {
        return send("POST", uri, Map.of("Content-Type", "application/json", "X-Client-Request-Id", attempt.callId(),
                "Accept", stream ? "text/event-stream" : headers.getOrDefault("Accept", "application/json")), body,
                attempt);
    }

    /// @param own headers of this request
    private Response send(String method, URI uri, Map<String, String> own, byte @Nullable [] body, Attempt attempt)
            throws ProviderException, InterruptedException {
        var tried = new HashSet<Integer>();
        ProviderException last = null;
        for (KeyRing.Key key = keys.next(tried); key != null; key = keys.next(tried)) {
            var request = new HttpTransport.Request(method, uri, with(key, own), body);
            Response response = context.http().send(request, attempt);
            if (keys.size() == 1 || !SENT_AWAY.contains(response.status())) {
                return response;
            }
            ProviderException failure = failure(response);
            if (!concernsTheKey(failure)) {
                throw failure;
            }
            tried.add(key.position());
            rest(key, failure);
            last = failure;
        }
        throw exhausted(last);
    }

    private Map<String, String> with(KeyRing.Key key, Map<String, String> own) {
        var all = new HashMap<>(headers);
        all.putAll(own);
        String secret = key.secret();
        if (secret != null) {
            boolean bearer = auth.equals("bearer");
            all.putIfAbsent(bearer ? "Authorization" : auth, bearer ? "Bearer " + secret : secret);
        }
        return all;
    }

    private ProviderException failure(Response response) throws ProviderException, InterruptedException {
        try (response) {
            return errors.of(response);
        }
    }

    private static boolean concernsTheKey(ProviderException failure) {
        return switch (failure.category()) {
            case AUTH, QUOTA, THROTTLED -> true;
            default -> false;
        };
    }

    private void rest(KeyRing.Key key, ProviderException failure) {
        Duration rest = keys.rest(key, failure);
        context.log(System.Logger.Level.WARNING, "a key rests: key=" + key.position() + "/" + keys.size() + " status="
                + failure.status() + " seconds=" + rest.toSeconds(), null);
    }

    /// The key that is ready first says what is told.
    private ProviderException exhausted(@Nullable ProviderException last) {
        ProviderException none = keys.exhausted();
        return last == null
                ? none
                : new ProviderException(none.category(), none.getMessage() + ": " + last.getMessage(), last.status(),
                        none.retryAfter().orElse(null), null);
    }
}
