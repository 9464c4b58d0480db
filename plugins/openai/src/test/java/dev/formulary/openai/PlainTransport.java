package dev.formulary.openai;

import dev.formulary.spi.Attempt;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.HttpTransport;
import dev.formulary.spi.ProviderException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The host's HTTP client, as far as tests need it.
final class PlainTransport implements HttpTransport {
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Override
    public Response send(Request request, Attempt attempt) throws ProviderException, InterruptedException {
        var builder = HttpRequest.newBuilder(request.uri()).timeout(wait(attempt));
        request.headers().forEach(builder::header);
        byte[] body = request.body();
        builder.method(request.method(), body == null
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofByteArray(body));
        try {
            HttpResponse<InputStream> response = client.send(builder.build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            var open = new Open(response);
            attempt.onCancel(open::close);
            return open;
        } catch (HttpTimeoutException e) {
            throw new ProviderException(FailureCategory.TIMEOUT, "no answer in time", 0, null, e);
        } catch (ConnectException e) {
            throw new ProviderException(FailureCategory.CONNECT, "no connection", 0, null, e);
        } catch (IOException e) {
            throw new ProviderException(FailureCategory.CUT, "no answer", 0, null, e);
        }
    }

    private static Duration wait(Attempt attempt) {
        Duration wait = attempt.firstByte();
        return wait.isPositive() ? wait : Duration.ofMillis(1);
    }

    private record Open(HttpResponse<InputStream> response) implements Response {
        @Override
        public int status() {
            return response.statusCode();
        }

        @Override
        public Optional<String> header(String name) {
            return response.headers().firstValue(name);
        }

        @Override
        public byte @Nullable [] read() throws ProviderException {
            byte[] piece = new byte[8192];
            try {
                int length = response.body().read(piece);
                return length < 0 ? null : Arrays.copyOf(piece, length);
            } catch (IOException e) {
                throw new ProviderException(FailureCategory.CUT, "the answer broke off", 0, null, e);
            }
        }

        @Override
        public byte[] readAll(int limit) throws ProviderException {
            var all = new ByteArrayOutputStream();
            for (byte[] piece = read(); piece != null; piece = read()) {
                all.writeBytes(piece);
            }
            return all.toByteArray();
        }

        @Override
        public void close() {
            try {
                response.body().close();
            } catch (IOException e) {
                // gone already
            }
        }
    }
}
