package dev.formulary.engine.transport;

import static dev.formulary.engine.transport.Http2Frames.END_HEADERS;
import static dev.formulary.engine.transport.Http2Frames.END_STREAM;
import static dev.formulary.engine.transport.Http2Frames.HEADERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.formulary.engine.config.Perimeter;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.Answer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// HTTP/2 without TLS, on a port of its own.
class H2cTest extends Http2Limits {
    private final Vertx vertx = Vertx.vertx();
    private final HttpClientAgent knowing = vertx.createHttpClient(new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false).setHttp2MultiplexingLimit(100));

    @AfterEach
    void disconnect() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Override
    Perimeter perimeter() {
        return perimeter(100);
    }

    private static Perimeter perimeter(int mostConnections) {
        return new Perimeter(null, mostConnections, 0, Set.of(), Set.of(), false,
                new Perimeter.ClearText("127.0.0.1", 0));
    }

    @Override
    Socket dial() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), opened().clearTextPort());
    }

    private Future<HttpClientResponse> ask(String path, Buffer body) {
        return knowing.request(new RequestOptions().setHost("127.0.0.1").setPort(opened().clearTextPort())
                .setMethod(HttpMethod.POST).setURI(path)).compose(request -> request.send(body));
    }

    /// The body is asked for on the client's own thread: elsewhere it could have come and gone.
    private Future<String> text(String path, Buffer body) {
        return ask(path, body).compose(HttpClientResponse::body).map(Buffer::toString);
    }

    private static <T> T got(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void servesManyCallsOnOneConnectionBesideHttp1() throws Exception {
        open(call -> text(new String(call.arrival().body(), StandardCharsets.UTF_8)));
        assertThat(got(ask("/v1/x", Buffer.buffer("first"))).version()).isEqualTo(HttpVersion.HTTP_2);
        assertThat(got(text("/v1/x", Buffer.buffer("second")))).isEqualTo("second");

        List<Future<String>> replies = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            replies.add(text("/v1/x", Buffer.buffer("b" + i)));
        }

        for (int i = 0; i < 50; i++) {
            assertThat(got(replies.get(i))).isEqualTo("b" + i);
        }
        assertThat(opened().connections()).isEqualTo(1);
        assertThat(opened().clearTextPort()).isNotEqualTo(opened().port());
        assertThat(send("POST", "/v1/x", "plain").body()).isEqualTo("plain");
        await().until(() -> opened().inFlight() == 0);
    }

    @Test
    void aBodyThatIsTooLargeEndsItsCallOnly() throws Exception {
        var go = new CountDownLatch(1);
        open(_ -> {
            go.await();
            return text("done");
        });
        Future<String> waits = text("/v1/waits", Buffer.buffer("a"));
        await().until(() -> opened().inFlight() == 1);

        HttpClientResponse large = got(ask("/v1/x", Buffer.buffer(new byte[2_000_000])));
        go.countDown();

        assertThat(large.statusCode()).isEqualTo(413);
        assertThat(got(waits)).isEqualTo("done");
    }

    @Test
    void whoGivesUpAStreamIsNoticed() throws Exception {
        var frames = new Scripted();
        open(call -> call.path().equals("/v1/stream")
                ? new Answer.Streamed(200, "text/event-stream", Map.of(), frames)
                : text("fine"));
        frames.queue.add("data: 1\n\n".getBytes(StandardCharsets.UTF_8));
        HttpClientResponse reply = got(ask("/v1/stream", Buffer.buffer("a")));

        reply.request().reset(8);

        await().untilAsserted(() -> assertThat(frames.closed.get()).isEqualTo(1));
        await().until(() -> opened().inFlight() == 0);
        assertThat(got(text("/v1/x", Buffer.buffer("a")))).isEqualTo("fine");
        assertThat(opened().connections()).isEqualTo(1);
    }

    @Test
    void aStreamWaitsForASlowReader() throws Exception {
        var sent = new AtomicInteger();
        open(_ -> new Answer.Streamed(200, "text/event-stream", Map.of(), new Answer.Frames() {
            @Override
            public byte @Nullable [] next() {
                return sent.incrementAndGet() > 1_000 ? null : new byte[50_000];
            }

            @Override
            public void close() {}
        }));
        try (Http2Frames raw = new Http2Frames(dial())) {
            raw.tries(HEADERS, END_STREAM | END_HEADERS, 1, raw.get());
            assertThat(raw.outcome()).isEqualTo("200");
            await().until(() -> sent.get() > 1);
            assertThat(sent.get()).isLessThan(900);
        }
        await().until(() -> opened().inFlight() == 0);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.formulary.engine.transport.SmugglingTest#corpus")
    void nothingIsEverReadAsHttp1(SmugglingTest.Hostile hostile) throws Exception {
        var asked = new AtomicInteger();
        open(_ -> {
            asked.incrementAndGet();
            return text("never");
        });
        try (Socket socket = dial()) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(hostile.bytes());
            String reply = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(reply).startsWith("HTTP/1.1 400 ").contains("\"code\":\"http2_only\"", "connection: close")
                    .doesNotContain(" 101 ");
        }
        assertThat(asked).hasValue(0);
        await().until(() -> opened().connections() == 0);
    }

    @Test
    void whoNeverFinishesTheBeginningIsCutOff() throws Exception {
        open(new Settings.Server("127.0.0.1", 0, 1_000_000, 1000, Duration.ofMillis(300), Duration.ofSeconds(60),
                Duration.ofSeconds(30), Duration.ofSeconds(5), perimeter()), _ -> text("never"));
        try (Socket socket = dial(); Socket silent = dial()) {
            socket.setSoTimeout(10_000);
            silent.setSoTimeout(10_000);
            write(socket, "PRI * HTTP/2.0\r\n\r");
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            assertThat(silent.getInputStream().read()).isEqualTo(-1);
        }
        await().until(() -> opened().connections() == 0);
    }

    @Test
    void theBeginningMayComeInPieces() throws Exception {
        open(_ -> text("fine"));
        try (Socket socket = dial()) {
            socket.setTcpNoDelay(true);
            for (String piece : List.of("P", "RI * HTTP/2.0\r\n", "\r\nSM\r\n\r")) {
                write(socket, piece);
                send("GET", "/", "");
            }
            write(socket, "\n");
            socket.getOutputStream().write(new byte[]{0, 0, 0, 4, 0, 0, 0, 0, 0});
            socket.setSoTimeout(10_000);
            assertThat(socket.getInputStream().readNBytes(9)[3]).as("it sends its settings").isEqualTo((byte) 4);
        }
    }

    @Test
    void bothPortsTogetherHaveSoManyConnections() throws Exception {
        open(new Settings.Server("127.0.0.1", 0, 1_000_000, 1000, Duration.ofSeconds(20), Duration.ofSeconds(60),
                Duration.ofSeconds(30), Duration.ofSeconds(5), perimeter(3)), _ -> text("fine"));
        List<Socket> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            all.add(i % 2 == 0 ? dial() : connect());
        }
        await().until(() -> opened().connections() == 3);
        for (Socket each : all) {
            each.close();
        }
    }

    @Test
    void closesBothPorts() throws Exception {
        open(_ -> text("fine"));
        got(text("/v1/x", Buffer.buffer("a")));
        int port = opened().clearTextPort();

        opened().close();

        await().until(() -> {
            try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return false;
            } catch (IOException e) {
                return true;
            }
        });
    }
}
