package dev.formulary.engine.transport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A client that writes frames of its own, RFC 9113 section 4.1.
final class Http2Frames implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RESET = 3;
    static final int GO_AWAY = 7;
    static final int CONTINUATION = 9;
    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;
    private static final int SETTINGS = 4;
    private static final int PADDED = 8;
    private static final int PRIORITY = 32;

    private final Socket socket;

    /// @param socket where HTTP/2 is spoken
    Http2Frames(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(10_000);
        socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        tries(SETTINGS, 0, 0, new byte[0]);
    }

    /// The head of `GET /`.
    byte[] get() {
        return headers(":method", "GET", ":scheme", "http", ":path", "/", ":authority", "localhost");
    }

    /// Names and values as HPACK writes them without a table, RFC 7541 section 6.2.2.
    static byte[] headers(String... namesAndValues) {
        var out = new ByteArrayOutputStream();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            out.write(0);
            literal(out, namesAndValues[i]);
            literal(out, namesAndValues[i + 1]);
        }
        return out.toByteArray();
    }

    private static void literal(ByteArrayOutputStream out, String text) {
        if (text.length() < 127) {
            out.write(text.length());
        } else {
            out.write(127);
            int rest = text.length() - 127;
            for (; rest >= 128; rest >>= 7) {
                out.write((rest & 127) | 128);
            }
            out.write(rest);
        }
        out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /// @return false when the connection is no more
    boolean tries(int type, int flags, int stream, byte[] payload) {
        try {
            socket.getOutputStream()
                    .write(ByteBuffer.allocate(9 + payload.length).put((byte) (payload.length >> 16))
                            .putShort((short) payload.length).put((byte) type).put((byte) flags).putInt(stream)
                            .put(payload).array());
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /// Reads until the connection or a stream goes away, by GOAWAY, RST_STREAM or a cut.
    boolean ends() {
        try {
            while (true) {
                Frame frame = next();
                if (frame == null || frame.type == GO_AWAY || frame.type == RESET) {
                    return true;
                }
            }
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /// What becomes of the first request: `200`, `400`, `answered` for any other status, or `reset`.
    String outcome() throws IOException {
        try {
            while (true) {
                Frame frame = next();
                if (frame == null || frame.type == GO_AWAY || frame.type == RESET) {
                    return "reset";
                }
                if (frame.type == HEADERS) {
                    return switch (frame.payload[frame.block()] & 0xff) {
                        // RFC 7541 appendix A
                        case 0x88 -> "200";
                        case 0x8c -> "400";
                        default -> "answered";
                    };
                }
            }
        } catch (SocketTimeoutException e) {
            throw new IOException("neither answered nor ended", e);
        } catch (IOException e) {
            return "reset";
        }
    }

    private record Frame(int type, int flags, byte[] payload) {
        /// Where the headers begin, behind the length of a padding and a priority.
        int block() {
            return ((flags & PADDED) != 0 ? 1 : 0) + ((flags & PRIORITY) != 0 ? 5 : 0);
        }
    }

    private @Nullable Frame next() throws IOException {
        InputStream in = socket.getInputStream();
        byte[] head = in.readNBytes(9);
        return head.length < 9
                ? null
                : new Frame(head[3], head[4],
                        in.readNBytes((head[0] & 0xff) << 16 | (head[1] & 0xff) << 8 | (head[2] & 0xff)));
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // it is gone, as it should be
        }
    }
}
