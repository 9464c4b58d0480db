package dev.formulary.openai;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.HttpTransport.Response;
import dev.formulary.spi.ProviderException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Takes a body of server-sent events apart, however the network has torn it.
final class ServerEvents {
    /// @param name empty unless the server named it
    /// @param data what follows `data:`, several lines joined
    record Event(String name, byte[] data) {
        boolean isText(String text) {
            int end = data.length;
            while (end > 0 && data[end - 1] <= ' ') {
                end--;
            }
            if (end != text.length()) {
                return false;
            }
            for (int i = 0; i < end; i++) {
                if (data[i] != text.charAt(i)) {
                    return false;
                }
            }
            return true;
        }
    }

    private static final int LONGEST_LINE = 16 * 1024 * 1024;

    private final Response response;
    private byte[] buffer;
    private int from;
    private int seen;
    private int to;
    private boolean ended;
    private int lineStart;
    private int lineEnd;

    /// @param begun what has been read of the body
    ServerEvents(Response response, byte[] begun) {
        this.response = response;
        this.buffer = begun;
        this.to = begun.length;
    }

    /// Waits for the next event.
    ///
    /// @return null at the end of the body
    @Nullable
    Event next() throws ProviderException, InterruptedException {
        String name = "";
        byte[] data = null;
        while (line()) {
            if (lineStart == lineEnd) {
                if (data != null) {
                    return new Event(name, data);
                }
                name = "";
            } else if (startsWith("data:")) {
                data = joined(data, value(5));
                if (data.length > LONGEST_LINE) {
                    throw new ProviderException(FailureCategory.MALFORMED, "a frame of the vendor's stream has no end");
                }
            } else if (startsWith("event:")) {
                name = new String(value(6), StandardCharsets.UTF_8).strip();
            }
        }
        return data == null ? null : new Event(name, data);
    }

    private boolean startsWith(String field) {
        if (lineEnd - lineStart < field.length()) {
            return false;
        }
        for (int i = 0; i < field.length(); i++) {
            if (buffer[lineStart + i] != field.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private byte[] value(int fieldLength) {
        int start = lineStart + fieldLength;
        if (start < lineEnd && buffer[start] == ' ') {
            start++;
        }
        return Arrays.copyOfRange(buffer, start, lineEnd);
    }

    private static byte[] joined(byte @Nullable [] before, byte[] more) {
        if (before == null) {
            return more;
        }
        byte[] all = Arrays.copyOf(before, before.length + 1 + more.length);
        all[before.length] = '\n';
        System.arraycopy(more, 0, all, before.length + 1, more.length);
        return all;
    }

    /// Finds the next line.
    ///
    /// @return false at the end of the body
    private boolean line() throws ProviderException, InterruptedException {
        while (true) {
            while (seen < to) {
                if (buffer[seen++] == '\n') {
                    endLine(seen - 1);
                    from = seen;
                    return true;
                }
            }
            if (ended) {
                boolean rest = from < to;
                endLine(to);
                from = to;
                return rest;
            }
            more();
        }
    }

    private void endLine(int end) {
        lineStart = from;
        lineEnd = end > from && buffer[end - 1] == '\r' ? end - 1 : end;
    }

    private void more() throws ProviderException, InterruptedException {
        byte[] piece = response.read();
        if (piece == null) {
            ended = true;
            return;
        }
        int kept = to - from;
        if (kept > LONGEST_LINE) {
            throw new ProviderException(FailureCategory.MALFORMED, "a line of the vendor's stream has no end");
        }
        if (kept == 0) {
            buffer = piece;
        } else if (to + piece.length <= buffer.length) {
            System.arraycopy(piece, 0, buffer, to, piece.length);
            to += piece.length;
            return;
        } else {
            byte[] larger = new byte[2 * kept + piece.length];
            System.arraycopy(buffer, from, larger, 0, kept);
            System.arraycopy(piece, 0, larger, kept, piece.length);
            buffer = larger;
        }
        seen -= from;
        from = 0;
        to = kept + piece.length;
    }
}
