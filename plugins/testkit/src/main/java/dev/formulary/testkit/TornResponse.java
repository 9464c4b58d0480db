package dev.formulary.testkit;

import dev.formulary.spi.HttpTransport;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// An answer with status 200 and no headers whose body comes in given pieces, as a network may tear it. Not thread-safe.
public final class TornResponse implements HttpTransport.Response {
    private final Queue<byte[]> left = new ArrayDeque<>();

    /// @param pieces of the body, in order; they are not copied
    public TornResponse(byte[]... pieces) {
        left.addAll(Arrays.asList(pieces));
    }

    @Override
    public int status() {
        return 200;
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.empty();
    }

    @Override
    public byte @Nullable [] read() {
        byte[] piece = left.poll();
        return piece == null ? null : piece.clone();
    }

    /// {@inheritDoc}
    ///
    /// @throws UnsupportedOperationException always: what reads pieces must not ask for the whole
    @Override
    public byte[] readAll(int limit) {
        throw new UnsupportedOperationException("this answer is read in pieces");
    }

    @Override
    public void close() {
        left.clear();
    }
}
