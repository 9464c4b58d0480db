package dev.formulary.gemini;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.HttpTransport.Response;
import dev.formulary.spi.ProviderException;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/// Takes a JSON array that grows apart into its objects, however the network has torn it. One object alone will do.
final class JsonFrames implements Frames {
    private final Response response;
    private final ByteArrayOutputStream object = new ByteArrayOutputStream(512);
    private byte @Nullable [] piece;
    private int at;
    private int depth;
    private boolean quoted;
    private boolean escaped;

    /// @param begun what has been read of the body
    JsonFrames(Response response, byte[] begun) {
        this.response = response;
        this.piece = begun;
    }

    @Override
    public byte @Nullable [] next() throws ProviderException, InterruptedException {
        while (piece != null) {
            byte[] frame = scan(piece);
            if (frame != null) {
                return frame;
            }
            piece = response.read();
            at = 0;
        }
        if (depth > 0) {
            throw new ProviderException(FailureCategory.CUT, "the answer broke off in the middle of a frame");
        }
        return null;
    }

    private byte @Nullable [] scan(byte[] bytes) throws ProviderException {
        int from = at;
        while (at < bytes.length) {
            byte each = bytes[at++];
            if (depth == 0 && each != '{') {
                between(each);
                from = at;
            } else if (within(each)) {
                object.write(bytes, from, at - from);
                byte[] frame = object.toByteArray();
                object.reset();
                return frame;
            }
        }
        object.write(bytes, from, at - from);
        if (object.size() > LONGEST) {
            throw new ProviderException(FailureCategory.MALFORMED, "a frame of the vendor's stream has no end");
        }
        return null;
    }

    private static void between(byte each) throws ProviderException {
        if (each != '[' && each != ']' && each != ',' && (each < 0 || each > ' ')) {
            throw Json.malformed();
        }
    }

    /// @return whether the object ends here
    private boolean within(byte each) {
        if (quoted) {
            quoted = escaped || each != '"';
            escaped = !escaped && each == '\\';
            return false;
        }
        quoted = each == '"';
        depth += each == '{' ? 1 : each == '}' ? -1 : 0;
        return depth == 0;
    }
}
