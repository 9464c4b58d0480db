package dev.formulary.engine.notify;

import dev.formulary.engine.transport.Patience;
import dev.formulary.spi.HttpTransport;
import dev.formulary.spi.ProviderException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Posts to the web servers of channels. What is told of an error names host and port only: paths, queries and answers of such
/// servers may hold secrets. Redirects are not followed, so nothing goes to a host that is not configured.
///
/// @param http connections
record HttpPost(HttpTransport http) {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._:-]{1,64}");
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,6}");
    private static final int GONE = 410;
    private static final int TOO_LARGE = 413;

    /// Returns when the server has taken it.
    ///
    /// @param place host and port, for messages
    Receipt post(Parcel parcel, URI url, String place, Map<String, String> headers, byte[] body)
            throws UndeliveredException, InterruptedException {
        var request = new HttpTransport.Request("POST", url, headers, body);
        try (HttpTransport.Response response = http.send(request,
                Patience.of(parcel.event().id(), parcel.channel().timeout()))) {
            int status = response.status();
            if (status / 100 == 2) {
                String id = response.header("x-request-id").filter(each -> ID.matcher(each).matches()).orElse("");
                return new Receipt("http", status + " from " + place + (id.isEmpty() ? "" : ", request " + id));
            }
            throw new UndeliveredException(place + " answered " + status + (status / 100 == 3
                    ? "; redirects are not followed"
                    : ""), status == GONE || status == TOO_LARGE, wait(response));
        } catch (ProviderException e) {
            throw new UndeliveredException(switch (e.category()) {
                case CONNECT, CONFIGURATION -> String.valueOf(e.getMessage());
                case TIMEOUT -> place + " did not answer within " + parcel.channel().timeout().toMillis() + " ms";
                default -> place + ": " + e.getMessage();
            });
        }
    }

    private static @Nullable Duration wait(HttpTransport.Response response) {
        return response.header("retry-after").filter(each -> SECONDS.matcher(each).matches())
                .map(each -> Duration.ofSeconds(Long.parseLong(each))).orElse(null);
    }
}
