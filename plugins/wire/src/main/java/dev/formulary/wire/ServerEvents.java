package dev.formulary.wire;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.HttpTransport.Response;
import dev.formulary.spi.ProviderException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Takes a body of server-sent events apart, however the network has torn it. Lines end with LF, CR or both; a mark of the byte
/// order may stand before the first. Source: WHATWG HTML, 9.2.6. What is left when the body ends counts as an event, too. Used
/// by one thread.
public final class ServerEvents {
    /// One event that has data.
    ///
    /// @param name empty unless the server named it
    /// @param data what follows `data:`, several lines joined
    public record Event(String name, byte[] data) {
        /// Whether the data are that text, written in ASCII, but for blanks at its end.
        public boolean isText(String text) {
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

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private final Response response;
    private final int longest;
    /// The lines of data of one event that has several.
    private final ByteArrayOutputStream several = new ByteArrayOutputStream();
    private byte[] buffer;
    private int from;
    private int seen;
    private int to;
    private boolean ended;
    private boolean begun;
    private boolean afterReturn;
    private int lineStart;
    private int lineEnd;

    /// Begins to read; the response is closed by whoever has opened it.
    ///
    /// @param first what has been read of the body; it is not changed
    /// @param longest the most bytes of an event
    public ServerEvents(Response response, byte[] first, int longest) {
        this.response = response;
        this.buffer = first;
        this.to = first.length;
        this.longest = longest;
    }

    /// Waits for the next event.
    ///
    /// @return null at the end of the body
    /// @throws ProviderException as [Response#read]; [FailureCategory#MALFORMED] when an event is longer than the longest
    /// @throws InterruptedException as [Response#read]
    public @Nullable Event next() throws ProviderException, InterruptedException {
        String name = "";
        byte[] first = null;
        while (line()) {
            if (lineStart == lineEnd) {
                if (first != null) {
                    return event(name, first);
                }
                name = "";
            } else if (startsWith("data:")) {
                first = add(first, value(5));
                limit(Math.max(first.length, several.size()));
            } else if (startsWith("event:")) {
                name = new String(value(6), StandardCharsets.UTF_8).strip();
            }
        }
        return first == null ? null : event(name, first);
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

    /// Adds a line of data to those before it: the first stays as it is, and mostly there is no other.
    private byte[] add(byte @Nullable [] first, byte[] line) {
        if (first == null) {
            return line;
        }
        if (several.size() == 0) {
            several.writeBytes(first);
        }
        several.write('\n');
        several.writeBytes(line);
        return first;
    }

    private Event event(String name, byte[] first) {
        byte[] data = several.size() == 0 ? first : several.toByteArray();
        several.reset();
        return new Event(name, data);
    }

    /// Finds the next line.
    ///
    /// @return false at the end of the body
    private boolean line() throws ProviderException, InterruptedException {
        while (true) {
            skipFeedAfterReturn();
            while (seen < to) {
                byte each = buffer[seen++];
                if (each == '\n' || each == '\r') {
                    endLine(seen - 1);
                    from = seen;
                    afterReturn = each == '\r';
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

    private void skipFeedAfterReturn() {
        if (afterReturn && seen < to) {
            afterReturn = false;
            seen += buffer[seen] == '\n' ? 1 : 0;
            from = seen;
        }
    }

    private void endLine(int end) {
        boolean marked = !begun && end - from >= BYTE_ORDER_MARK.length
                && Arrays.equals(buffer, from, from + BYTE_ORDER_MARK.length, BYTE_ORDER_MARK, 0,
                        BYTE_ORDER_MARK.length);
        begun = true;
        lineStart = marked ? from + BYTE_ORDER_MARK.length : from;
        lineEnd = end;
    }

    private void more() throws ProviderException, InterruptedException {
        byte[] piece = response.read();
        if (piece == null) {
            ended = true;
            return;
        }
        int kept = to - from;
        limit(kept);
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

    private void limit(int bytes) throws ProviderException {
        if (bytes > longest) {
            throw new ProviderException(FailureCategory.MALFORMED, "a frame of the vendor's stream has no end");
        }
    }
}
