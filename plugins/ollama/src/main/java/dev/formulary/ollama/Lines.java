package dev.formulary.ollama;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.HttpTransport.Response;
import dev.formulary.spi.ProviderException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Takes a body of lines apart, however the network has torn it. Empty lines are left out.
final class Lines {
    private static final int LONGEST = 16 * 1024 * 1024;

    private final Response response;
    private byte[] buffer = {};
    private int from;
    private int seen;
    private boolean ended;

    Lines(Response response) {
        this.response = response;
    }

    /// Waits for the next line, without its end.
    ///
    /// @return null at the end of the body
    byte @Nullable [] next() throws ProviderException, InterruptedException {
        while (true) {
            while (seen < buffer.length) {
                if (buffer[seen++] == '\n') {
                    byte[] line = line(seen - 1);
                    from = seen;
                    if (line.length > 0) {
                        return line;
                    }
                }
            }
            if (ended) {
                byte[] rest = line(buffer.length);
                from = buffer.length;
                return rest.length > 0 ? rest : null;
            }
            more();
        }
    }

    private byte[] line(int end) {
        int start = from;
        int stop = end;
        while (start < stop && buffer[start] <= ' ' && buffer[start] >= 0) {
            start++;
        }
        while (stop > start && buffer[stop - 1] <= ' ' && buffer[stop - 1] >= 0) {
            stop--;
        }
        return Arrays.copyOfRange(buffer, start, stop);
    }

    private void more() throws ProviderException, InterruptedException {
        byte[] piece = response.read();
        if (piece == null) {
            ended = true;
            return;
        }
        int kept = buffer.length - from;
        if (kept > LONGEST) {
            throw new ProviderException(FailureCategory.MALFORMED, "a line of ollama's answer has no end");
        }
        if (kept == 0) {
            buffer = piece;
        } else {
            byte[] joined = Arrays.copyOfRange(buffer, from, buffer.length + piece.length);
            System.arraycopy(piece, 0, joined, kept, piece.length);
            buffer = joined;
        }
        seen = kept;
        from = 0;
    }
}
