package dev.formulary.engine.transport;

import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/// A listener on a free port, and clients for it.
abstract class Listening {
    static final byte[] END = {};

    final EventLoops loops = new EventLoops();
    final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private @Nullable HttpListener listener;

    @AfterEach
    void stop() {
        client.close();
        if (listener != null) {
            listener.close();
        }
        loops.close();
    }

    static Settings.Server settings() {
        return new Settings.Server("127.0.0.1", 0, 1_000_000, 100, Duration.ofMillis(300), Duration.ofSeconds(30),
                Duration.ofSeconds(30), Duration.ofSeconds(5));
    }

    void open(Settings.Server settings, HttpHandler handler) throws Exception {
        listener = new HttpListener(loops, "server", settings, handler);
    }

    void open(Settings.Server settings, HttpHandler handler, long mostLargeBodies) throws Exception {
        listener = new HttpListener(loops, "server", settings, handler, mostLargeBodies);
    }

    HttpListener opened() {
        return java.util.Objects.requireNonNull(listener);
    }

    static Answer.Whole text(String text) {
        return new Answer.Whole(200, "text/plain", Map.of(), text.getBytes(StandardCharsets.UTF_8));
    }

    static int sum(byte[] bytes) {
        int sum = 0;
        for (byte b : bytes) {
            sum += b;
        }
        return sum;
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + opened().port() + path.replace("\"", "%22"));
    }

    HttpRequest request(String method, String path, String body) {
        return HttpRequest.newBuilder(uri(path)).header("x-who", "me")
                .method(method, HttpRequest.BodyPublishers.ofString(body)).build();
    }

    HttpResponse<String> send(String method, String path, String body) throws Exception {
        return client.send(request(method, path, body), HttpResponse.BodyHandlers.ofString());
    }

    Socket connect() throws IOException {
        return new Socket(java.net.InetAddress.getLoopbackAddress(), opened().port());
    }

    String raw(String bytes) throws IOException {
        try (var socket = connect()) {
            write(socket, bytes);
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    static void write(Socket socket, String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.UTF_8));
    }

    static String readUntil(Socket socket, String end) throws IOException {
        var text = new StringBuilder();
        InputStream in = socket.getInputStream();
        while (text.indexOf(end) < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("ended after: " + text);
            }
            text.append((char) next);
        }
        return text.toString();
    }

    static long skip(Socket socket, long bytes) throws IOException {
        var buffer = new byte[65_536];
        long done = 0;
        while (done < bytes) {
            int n = socket.getInputStream().read(buffer, 0, (int) Math.min(buffer.length, bytes - done));
            if (n < 0) {
                break;
            }
            done += n;
        }
        return done;
    }

    /// A stream whose frames the test gives, one by one.
    static final class Scripted implements Answer.Frames {
        final BlockingQueue<byte[]> queue = new LinkedBlockingQueue<>();
        final AtomicInteger closed = new AtomicInteger();

        @Override
        public byte @Nullable [] next() throws InterruptedException {
            byte[] frame = queue.take();
            return frame.length == 0 ? null : frame;
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }
}
