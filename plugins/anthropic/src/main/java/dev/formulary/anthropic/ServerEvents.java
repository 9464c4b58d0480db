package dev.formulary.anthropic;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.HttpTransport.Response;
import dev.formulary.spi.ProviderException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Takes a body of server-sent events apart, however the network has torn it. Lines end with LF, CR or both.
final class ServerEvents {
    /// @param name empty unless the server named it
    /// @param data what follows `data:`, several lines joined
    record Event(String name, byte[] data) {}

    /// More than the longest answer; what is longer has no end.
    private static final int LONGEST = 32 * 1024 * 1024;
    private static final byte[] NOTHING = {};

    private final Response response;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(512);
    private byte[] piece;
    private int at;
    private boolean afterReturn;
    private boolean ended;

    /// @param begun what has been read of the body
    ServerEvents(Response response, byte[] begun) {
        this.response = response;
        this.piece = begun;
    }

    /// Waits for the next event.
    ///
    /// @return null at the end of the body
    @Nullable
    Event next() throws ProviderException, InterruptedException {
        String name = "";
        ByteArrayOutputStream data = null;
        while (line()) {
            byte[] field = line.toByteArray();
            line.reset();
            if (field.length == 0) {
                if (data != null) {
                    return new Event(name, data.toByteArray());
                }
                name = "";
            } else if (startsWith(field, "data:")) {
                data = joined(data, field);
            } else if (startsWith(field, "event:")) {
                name = new String(field, 6, field.length - 6, StandardCharsets.UTF_8).strip();
            }
        }
        return data == null ? null : new Event(name, data.toByteArray());
    }

    private static boolean startsWith(byte[] field, String name) {
        if (field.length < name.length()) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (field[i] != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static ByteArrayOutputStream joined(@Nullable ByteArrayOutputStream before, byte[] field)
            throws ProviderException {
        ByteArrayOutputStream data = before == null ? new ByteArrayOutputStream(field.length) : before;
        if (before != null) {
            data.write('\n');
        }
        int start = field.length > 5 && field[5] == ' ' ? 6 : 5;
        data.write(field, start, field.length - start);
        if (data.size() > LONGEST) {
            throw endless();
        }
        return data;
    }

    /// Reads the next line into [#line].
    ///
    /// @return false at the end of the body
    private boolean line() throws ProviderException, InterruptedException {
        while (true) {
            int start = skipFeedAfterReturn();
            while (at < piece.length) {
                byte next = piece[at++];
                if (next == '\n' || next == '\r') {
                    line.write(piece, start, at - 1 - start);
                    afterReturn = next == '\r';
                    return true;
                }
            }
            line.write(piece, start, at - start);
            if (line.size() > LONGEST) {
                throw endless();
            }
            if (!more()) {
                return line.size() > 0;
            }
        }
    }

    private int skipFeedAfterReturn() {
        if (afterReturn && at < piece.length) {
            afterReturn = false;
            at += piece[at] == '\n' ? 1 : 0;
        }
        return at;
    }

    private boolean more() throws ProviderException, InterruptedException {
        if (ended) {
            return false;
        }
        byte[] read = response.read();
        ended = read == null;
        piece = read == null ? NOTHING : read;
        at = 0;
        return !ended;
    }

    private static ProviderException endless() {
        return new ProviderException(FailureCategory.MALFORMED, "an event of the vendor's stream has no end");
    }
}
