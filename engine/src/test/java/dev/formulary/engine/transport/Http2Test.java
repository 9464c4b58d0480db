package dev.formulary.engine.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.formulary.engine.config.Perimeter;
import dev.formulary.engine.facts.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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

/// HTTP/2 over TLS.
class Http2Test extends Http2Limits {
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

    @Override
    Perimeter perimeter() throws IOException {
        return TestCertificate.with(own.into(folder));
    }

    @Override
    Socket dial() throws Exception {
        var socket = (SSLSocket) own.client().getSocketFactory().createSocket("127.0.0.1", opened().port());
        var parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[]{"h2"});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
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
}
