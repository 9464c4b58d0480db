package dev.formulary.engine.transport;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;

/// A server that says byte by byte what a test wants.
final class RawServer implements AutoCloseable {
    /// Serves one connection; it is closed afterwards.
    interface Talk {
        void on(Line line) throws IOException, InterruptedException;
    }

    /// A connection.
    record Line(Socket socket, InputStream in, OutputStream out, int number) {
        void say(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        }

        /// Reads one request with its body.
        String hear() throws IOException {
            var head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = in.read();
                if (next < 0) {
                    throw new IOException("closed");
                }
                head.append((char) next);
            }
            int at = head.toString().toLowerCase(Locale.ROOT).indexOf("content-length: ");
            int length = at < 0 ? 0 : Integer.parseInt(head.substring(at + 16, head.indexOf("\r\n", at)));
            return head + new String(in.readNBytes(length), StandardCharsets.UTF_8);
        }

        void chunk(String text) throws IOException {
            int bytes = text.getBytes(StandardCharsets.UTF_8).length;
            say(Integer.toHexString(bytes) + "\r\n" + text + "\r\n");
        }

        /// Waits until the other side has closed.
        void untilClosed() throws IOException {
            while (in.read() >= 0) {
                // whatever comes
            }
        }

        /// Closes without a farewell.
        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }

    static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    static final String HELLO = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Kind: greeting\r\n\r\nhello";

    final AtomicInteger connections = new AtomicInteger();
    final List<String> heard = new CopyOnWriteArrayList<>();
    private final ServerSocket server;
    private final ExecutorService threads = Threads.perTask("raw-server");

    RawServer(Talk talk) throws IOException {
        this(new ServerSocket(0, 500, InetAddress.getLoopbackAddress()), talk);
    }

    RawServer(ServerSocket server, Talk talk) {
        this.server = server;
        threads.execute(() -> {
            while (!server.isClosed()) {
                try {
                    Socket socket = server.accept();
                    threads.execute(() -> serve(socket, talk));
                } catch (IOException e) {
                    return;
                }
            }
        });
    }

    private void serve(Socket socket, Talk talk) {
        try (socket) {
            var in = new BufferedInputStream(socket.getInputStream());
            talk.on(new Line(socket, in, socket.getOutputStream(), connections.incrementAndGet()));
        } catch (IOException e) {
            // the client went away, as some tests want
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort() + "/v1/chat?q=1");
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.shutdownNow();
    }
}
