package dev.formulary.wire;

import dev.formulary.spi.HttpTransport.Response;
import dev.formulary.spi.ProviderException;
import java.util.Arrays;

/// The beginning of a body that should be a stream. A server that can't stream, or fails with status 200, answers with a JSON object:
/// that is seen before a stream is promised to the caller.
///
/// @param bytes what has been read; nobody changes them
public record BegunBody(byte[] bytes) {
    /// Nothing has been read.
    public static final BegunBody NOTHING = new BegunBody(new byte[0]);

    /// Waits for the first piece that is not blank; blank lines only keep a connection alive.
    ///
    /// @throws ProviderException as [Response#read]
    /// @throws InterruptedException as [Response#read]
    public static BegunBody of(Response response) throws ProviderException, InterruptedException {
        for (byte[] piece = response.read(); piece != null; piece = response.read()) {
            if (first(piece) < piece.length) {
                return new BegunBody(piece);
            }
        }
        return NOTHING;
    }

    /// Whether it is the beginning of a JSON object.
    public boolean opensAnObject() {
        int first = first(bytes);
        return first < bytes.length && bytes[first] == '{';
    }

    /// The whole body.
    ///
    /// @param limit the most bytes of the rest that are acceptable
    /// @throws ProviderException as [Response#readAll]
    /// @throws InterruptedException as [Response#readAll]
    public byte[] whole(Response response, int limit) throws ProviderException, InterruptedException {
        byte[] rest = response.readAll(limit);
        byte[] all = Arrays.copyOf(bytes, bytes.length + rest.length);
        System.arraycopy(rest, 0, all, bytes.length, rest.length);
        return all;
    }

    /// @return where the first character stands that is not blank
    private static int first(byte[] piece) {
        int at = 0;
        while (at < piece.length && Character.isWhitespace(piece[at])) {
            at++;
        }
        return at;
    }
}
