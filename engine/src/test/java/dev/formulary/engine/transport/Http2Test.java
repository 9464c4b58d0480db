package dev.formulary.engine.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Http2Test extends Listening {
    private static final int HEADERS = 1;
    private static final int RESET = 3;
    private static final int GO_AWAY = 7;
    private static final int CONTINUATION = 9;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;

    @TempDir
    Path folder;
    private final TestCertificate own = TestCertificate.usual();
    private HttpClient encrypted;

    @BeforeEach
    void connectTo() throws Exception {
        encrypted = HttpClient.newBuilder().sslContext(own.client()).version(HttpClient.Version.HTTP_2).build();
    }

    @AfterEach
    void disconnect() {
        encrypted.close();
    }

    private void open(HttpHandler handler) throws Exception {
        open(new Settings.Server("127.0.0.1", 0, 1_000_000, 1000, Duration.ofSeconds(2), Duration.ofSeconds(30),
                Duration.ofSeconds(30), Duration.ofSeconds(5), TestCertificate.with(own.into(folder))), handler);
    }

    private HttpRequest to(String path, String body) {
        return HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + opened().port() + path))
                .POST(HttpRequest.BodyPublishers.ofString(body)).build();
    }

    @Test
    void servesManyCallsOnOneConnection() throws Exception {
        open(call -> text(new String(call.arrival().body(), StandardCharsets.UTF_8)));
        List<java.util.concurrent.CompletableFuture<HttpResponse<String>>> replies = new ArrayList<>();
        assertThat(encrypted.send(to("/v1/x", "first"), HttpResponse.BodyHandlers.ofString()).version())
                .isEqualTo(HttpClient.Version.HTTP_2);

        for (int i = 0; i < 50; i++) {
            replies.add(encrypted.sendAsync(to("/v1/x", "b" + i), HttpResponse.BodyHandlers.ofString()));
        }

        for (int i = 0; i < 50; i++) {
            assertThat(replies.get(i).join().body()).isEqualTo("b" + i);
        }
        assertThat(opened().connections()).isEqualTo(1);
        await().until(() -> opened().inFlight() == 0);
    }

    @Test
    void aBodyThatIsTooLargeEndsItsCallOnly() throws Exception {
        var go = new CountDownLatch(1);
        open(_ -> {
            go.await();
            return text("done");
        });
        var waits = encrypted.sendAsync(to("/v1/waits", "a"), HttpResponse.BodyHandlers.ofString());
        await().until(() -> opened().inFlight() == 1);

        var large = encrypted.send(to("/v1/x", "a".repeat(2_000_000)), HttpResponse.BodyHandlers.ofString());
        go.countDown();

        assertThat(large.statusCode()).isEqualTo(413);
        assertThat(waits.join().body()).isEqualTo("done");
    }

    @Test
    void aStreamComesPieceByPieceAndWaitsForASlowReader() throws Exception {
        var sent = new AtomicInteger();
        open(_ -> new Answer.Streamed(200, "text/event-stream", Map.of(), new Answer.Frames() {
            @Override
            public byte @Nullable [] next() {
                return sent.incrementAndGet() > 1_000 ? null : new byte[50_000];
            }

            @Override
            public void close() {}
        }));

        var reply = encrypted.send(to("/v1/x", "a"), HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream in = reply.body()) {
            assertThat(in.readNBytes(50_000)).hasSize(50_000);
            assertThat(sent.get()).isLessThan(900);
            assertThat(in.readAllBytes()).hasSize(999 * 50_000);
        }
    }

    @Test
    void whoGivesUpAStreamIsNoticedAndOtherCallsGoOn() throws Exception {
        var frames = new Scripted();
        open(call -> call.path().equals("/v1/stream")
                ? new Answer.Streamed(200, "text/event-stream", Map.of(), frames)
                : text("fine"));
        frames.queue.add("data: 1\n\n".getBytes(StandardCharsets.UTF_8));
        var reply = encrypted.send(to("/v1/stream", "a"), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(reply.body().read()).isEqualTo('d');

        reply.body().close();

        await().untilAsserted(() -> assertThat(frames.closed.get()).isEqualTo(1));
        await().until(() -> opened().inFlight() == 0);
        assertThat(encrypted.send(to("/v1/x", "a"), HttpResponse.BodyHandlers.ofString()).body()).isEqualTo("fine");
        assertThat(opened().connections()).isEqualTo(1);
    }

    @Test
    void whoAsksAndGivesUpOverAndOverIsCutOff() throws Exception {
        var asked = new AtomicInteger();
        open(_ -> {
            asked.incrementAndGet();
            return text("fine");
        });
        try (Raw raw = new Raw()) {
            boolean cut = false;
            for (int i = 0; i < 5_000 && !cut; i++) {
                cut = !raw.tries(HEADERS, END_STREAM | END_HEADERS, 2 * i + 1, raw.get())
                        || !raw.tries(RESET, 0, 2 * i + 1, new byte[]{0, 0, 0, 8});
            }
            assertThat(raw.ends()).isTrue();
        }
        assertThat(asked.get()).isLessThan(1_000);
        await().until(() -> opened().inFlight() == 0);
    }

    @Test
    void aHeadWithoutEndIsCutOff() throws Exception {
        open(_ -> text("never"));
        try (Raw raw = new Raw()) {
            raw.tries(HEADERS, END_STREAM, 1, raw.get());
            int pieces = 0;
            while (pieces < 20_000 && raw.tries(CONTINUATION, 0, 1, header("x" + pieces, "y".repeat(100)))) {
                pieces++;
            }
            assertThat(raw.ends()).isTrue();
            assertThat(pieces).isLessThan(20_000);
        }
    }

    @Test
    void whoNeverFinishesAHeadIsCutOff() throws Exception {
        open(new Settings.Server("127.0.0.1", 0, 1_000_000, 1000, Duration.ofMillis(300), Duration.ofMillis(600),
                Duration.ofSeconds(30), Duration.ofSeconds(5), TestCertificate.with(own.into(folder))),
                _ -> text("never"));
        try (Raw raw = new Raw()) {
            raw.tries(HEADERS, END_STREAM, 1, raw.get());
            assertThat(raw.ends()).isTrue();
        }
        await().until(() -> opened().connections() == 0);
    }

    @Test
    void headersBeyondTheLimitAreRefused() throws Exception {
        open(_ -> text("fine"));
        try (Raw raw = new Raw()) {
            var block = new ByteArrayOutputStream();
            block.writeBytes(raw.get());
            for (int i = 0; i < 60; i++) {
                block.writeBytes(header("x-" + i, "y".repeat(400)));
            }
            byte[] all = block.toByteArray();
            raw.tries(HEADERS, END_STREAM, 1, java.util.Arrays.copyOf(all, 16_000));
            raw.tries(CONTINUATION, END_HEADERS, 1, java.util.Arrays.copyOfRange(all, 16_000, all.length));
            assertThat(raw.ends()).isTrue();
        }
    }

    /// A header as HPACK writes it without a table, RFC 7541 section 6.2.2.
    private static byte[] header(String name, String value) {
        var out = new ByteArrayOutputStream();
        out.write(0);
        for (String text : List.of(name, value)) {
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
            out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
        }
        return out.toByteArray();
    }

    /// A client that writes frames of its own, RFC 9113 section 4.1.
    private final class Raw implements AutoCloseable {
        private final SSLSocket socket;

        Raw() throws Exception {
            socket = (SSLSocket) own.client().getSocketFactory().createSocket("127.0.0.1", opened().port());
            socket.setSoTimeout(10_000);
            var parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[]{"h2"});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            tries(4, 0, 0, new byte[0]);
        }

        byte[] get() {
            var out = new ByteArrayOutputStream();
            out.writeBytes(new byte[]{(byte) 0x82, (byte) 0x87, (byte) 0x84, 0x41, 9});
            out.writeBytes("localhost".getBytes(StandardCharsets.US_ASCII));
            return out.toByteArray();
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

        /// Reads until the connection goes away, by GOAWAY, RST_STREAM or a cut.
        boolean ends() {
            try {
                InputStream in = socket.getInputStream();
                while (true) {
                    byte[] head = in.readNBytes(9);
                    if (head.length < 9 || head[3] == GO_AWAY || head[3] == RESET) {
                        return true;
                    }
                    in.readNBytes((head[0] & 0xff) << 16 | (head[1] & 0xff) << 8 | (head[2] & 0xff));
                }
            } catch (java.net.SocketTimeoutException e) {
                return false;
            } catch (IOException e) {
                return true;
            }
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
}
