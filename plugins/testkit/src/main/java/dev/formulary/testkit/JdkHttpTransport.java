package dev.formulary.testkit;

import dev.formulary.spi.Attempt;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.HttpTransport;
import dev.formulary.spi.ProviderException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// The JDK's HTTP client in the shape of the gateway's, for tests of plug-ins outside the gateway. Thread-safe.
///
/// It speaks HTTP/1.1, passes each piece of a body on as it comes, waits two seconds at most for a connection, and honours
/// cancellation, the wait for the first byte and the deadline as the gateway's own client does.
public final class JdkHttpTransport implements HttpTransport, AutoCloseable {
    private static final Set<String> ADDED_BY_THE_CLIENT = Set.of("host", "content-length", "connection");

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2)).executor(threads).build();

    @Override
    public Response send(Request request, Attempt attempt) throws ProviderException, InterruptedException {
        var body = new PulledBody(attempt);
        CompletableFuture<HttpResponse<PulledBody>> head = client.sendAsync(toJdk(request), _ -> body);
        attempt.onCancel(() -> {
            head.cancel(true);
            body.cancel();
        });
        try {
            HttpResponse<PulledBody> response = head.get(waitForHead(attempt), TimeUnit.NANOSECONDS);
            return new PulledResponse(response.statusCode(), response.headers(), body);
        } catch (CancellationException e) {
            throw new ProviderException(FailureCategory.CANCELLED, "the caller has gone", 0, null, e);
        } catch (TimeoutException e) {
            head.cancel(true);
            body.cancel();
            throw new ProviderException(FailureCategory.TIMEOUT, "the server did not begin to answer in time", 0, null,
                    e);
        } catch (ExecutionException e) {
            throw failure(e.getCause(), attempt);
        } catch (InterruptedException e) {
            head.cancel(true);
            body.cancel();
            throw e;
        }
    }

    private static long waitForHead(Attempt attempt) {
        return Math.max(1, Math.min(attempt.firstByte().toNanos(), attempt.remaining().toNanos()));
    }

    private static HttpRequest toJdk(Request request) {
        byte[] bytes = request.body();
        var publisher = bytes == null
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofByteArray(bytes);
        var jdk = HttpRequest.newBuilder(request.uri()).method(request.method(), publisher);
        request.headers().forEach((name, value) -> {
            if (!ADDED_BY_THE_CLIENT.contains(name.toLowerCase(Locale.ROOT))) {
                jdk.header(name, value);
            }
        });
        return jdk.build();
    }

    private static ProviderException failure(@Nullable Throwable cause, Attempt attempt) {
        if (attempt.cancelled()) {
            return new ProviderException(FailureCategory.CANCELLED, "the caller has gone", 0, null, cause);
        }
        return switch (cause) {
            case ConnectException e -> connect(e);
            case HttpConnectTimeoutException e -> connect(e);
            case SSLException e -> connect(e);
            case IOException e -> new ProviderException(FailureCategory.CUT, "the server hung up before it answered", 0,
                    null, e);
            case null, default ->
                new ProviderException(FailureCategory.SERVER, "the request could not be sent", 0, null,
                        cause);
        };
    }

    private static ProviderException connect(IOException cause) {
        return new ProviderException(FailureCategory.CONNECT, "no connection to the server", 0, null, cause);
    }

    /// Ends all connections.
    @Override
    public void close() {
        client.shutdownNow();
        client.close();
        threads.close();
    }
}
