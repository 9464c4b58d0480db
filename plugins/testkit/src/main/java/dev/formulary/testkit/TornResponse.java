package dev.formulary.testkit;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.HttpTransport;
import dev.formulary.spi.ProviderException;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// An answer with status 200 whose body comes in given pieces, as a network may tear it. Not thread-safe.
public final class TornResponse implements HttpTransport.Response {
    private final Map<String, String> headers;
    private final Queue<byte[]> left = new ArrayDeque<>();

    /// An answer without headers.
    ///
    /// @param pieces of the body, in order; they are not copied
    public TornResponse(byte[]... pieces) {
        this(Map.of(), pieces);
    }

    /// @param headers by name, in small letters
    /// @param pieces of the body, in order; they are not copied
    public TornResponse(Map<String, String> headers, byte[]... pieces) {
        this.headers = Map.copyOf(headers);
        left.addAll(Arrays.asList(pieces));
    }

    @Override
    public int status() {
        return 200;
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }

    @Override
    public byte @Nullable [] read() {
        byte[] piece = left.poll();
        return piece == null ? null : piece.clone();
    }

    @Override
    public byte[] readAll(int limit) throws ProviderException {
        var all = new ByteArrayOutputStream();
        for (byte[] piece = read(); piece != null; piece = read()) {
            all.writeBytes(piece);
        }
        if (all.size() > limit) {
            throw new ProviderException(FailureCategory.MALFORMED, "the answer is longer than " + limit + " bytes");
        }
        return all.toByteArray();
    }

    @Override
    public void close() {
        left.clear();
    }
}
