package dev.formulary.testkit;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.HttpTransport;
import dev.formulary.spi.ProviderException;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpHeaders;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A response whose body is fetched from the network when it is asked for.
record PulledResponse(int status, HttpHeaders headers, PulledBody body) implements HttpTransport.Response {

    @Override
    public Optional<String> header(String name) {
        return headers.firstValue(name);
    }

    @Override
    public byte @Nullable [] read() throws ProviderException, InterruptedException {
        return body.take();
    }

    @Override
    public byte[] readAll(int limit) throws ProviderException, InterruptedException {
        var all = new ByteArrayOutputStream();
        for (byte[] piece = read(); piece != null; piece = read()) {
            if (all.size() + piece.length > limit) {
                close();
                throw new ProviderException(FailureCategory.MALFORMED, "the answer is longer than " + limit + " bytes");
            }
            all.writeBytes(piece);
        }
        return all.toByteArray();
    }

    @Override
    public void close() {
        body.cancel();
    }
}
