package dev.formulary.gemini;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.HttpTransport.Response;
import dev.formulary.spi.ProviderException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Takes a body of server-sent events apart into their data, however the network has torn it. Lines end in LF or CR LF.
final class ServerEvents implements Frames {
    private static final String DONE = "[DONE]";
    private static final byte[] DATA = "data:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private final Response response;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(512);
    private byte @Nullable [] piece;
    private int at;
    private boolean first = true;

    /// @param begun what has been read of the body
    ServerEvents(Response response, byte[] begun) {
        this.response = response;
        this.piece = begun;
    }

    @Override
    public byte @Nullable [] next() throws ProviderException, InterruptedException {
        var data = new ByteArrayOutputStream(512);
        boolean any = false;
        for (byte[] text = line(); text != null; text = line()) {
            if (text.length == 0 && any) {
                return data.toByteArray();
            }
            int from = startsWith(text, DATA) ? valueFrom(text) : -1;
            if (from < 0 || from == text.length || isDone(text, from)) {
                continue;
            }
            if (any) {
                data.write('\n');
            }
            data.write(text, from, text.length - from);
            any = true;
            limit(data.size());
        }
        return any ? data.toByteArray() : null;
    }

    private static int valueFrom(byte[] text) {
        return text.length > DATA.length && text[DATA.length] == ' ' ? DATA.length + 1 : DATA.length;
    }

    /// What OpenAI's format ends with; the vendor sends none, but proxies may.
    private static boolean isDone(byte[] text, int from) {
        return text.length - from == DONE.length()
                && new String(text, from, DONE.length(), StandardCharsets.US_ASCII).equals(DONE);
    }

    private static boolean startsWith(byte[] text, byte[] start) {
        for (int i = 0; i < start.length; i++) {
            if (i >= text.length || text[i] != start[i]) {
                return false;
            }
        }
        return true;
    }

    /// @return the next line without its end; null at the end of the body
    private byte @Nullable [] line() throws ProviderException, InterruptedException {
        while (piece != null) {
            if (take(piece)) {
                return ended();
            }
            piece = response.read();
            at = 0;
        }
        return line.size() == 0 ? null : ended();
    }

    /// @return whether the line is complete
    private boolean take(byte[] bytes) throws ProviderException {
        int from = at;
        while (at < bytes.length) {
            if (bytes[at++] == '\n') {
                line.write(bytes, from, at - 1 - from);
                return true;
            }
        }
        line.write(bytes, from, at - from);
        limit(line.size());
        return false;
    }

    private byte[] ended() {
        byte[] text = line.toByteArray();
        line.reset();
        int from = first && startsWith(text, BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
        int to = text.length > from && text[text.length - 1] == '\r' ? text.length - 1 : text.length;
        first = false;
        return from == 0 && to == text.length ? text : Arrays.copyOfRange(text, from, to);
    }

    private static void limit(int size) throws ProviderException {
        if (size > LONGEST) {
            throw new ProviderException(FailureCategory.MALFORMED, "a frame of the vendor's stream has no end");
        }
    }
}
