package dev.formulary.engine.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.HttpTransport.Request;
import dev.formulary.spi.HttpTransport.Response;
import dev.formulary.spi.ProviderException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutboundHttpTest {
    private final EventLoops loops = new EventLoops();
    private final OutboundHttp http = new OutboundHttp(loops, OutboundHttp.Limits.defaults("1.2.3"));

    @AfterEach
    void stop() {
        http.close();
        loops.close();
    }

    private static Request post(URI uri, String body) {
        return new Request("POST", uri, Map.of("Content-Type", "application/json"),
                body.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(byte @Nullable [] piece) {
        return piece == null ? "<end>" : new String(piece, StandardCharsets.UTF_8);
    }

    @Test
    void sendsTheWholeRequestAndReadsTheWholeAnswer() throws Exception {
        var heard = new ArrayList<String>();
        Wanted wanted = Wanted.patiently();
        try (var server = new RawServer(line -> {
            heard.add(line.hear());
            line.say(RawServer.HELLO);
        }); Response response = http.send(post(server.uri(), "{\"ä\":1}"), wanted)) {

            assertThat(wanted.heads).as("what the attempt was told").containsExactly(200);
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.header("x-KIND")).contains("greeting");
            assertThat(response.header("x-other")).isEmpty();
            assertThat(text(response.readAll(5))).isEqualTo("hello");
            assertThat(response.read()).isNull();
            assertThat(heard.getFirst()).startsWith("POST /v1/chat?q=1 HTTP/1.1\r\n")
                    .containsIgnoringCase("content-length: 8\r\n").contains("formulary/1.2.3")
                    .containsIgnoringCase("content-type: application/json").doesNotContain("gzip")
                    .endsWith("\r\n\r\n{\"ä\":1}");
        }
    }

    @Test
    void showsEachPieceBeforeTheNextIsSent() throws Exception {
        var seen = new CountDownLatch(1);
        try (var server = new RawServer(line -> {
            line.hear();
            line.say(RawServer.CHUNKED);
            line.chunk("one");
            seen.await();
            line.chunk("two");
            line.say("0\r\n\r\n");
        }); Response response = http.send(post(server.uri(), "{}"), Wanted.patiently())) {

            assertThat(text(response.read())).isEqualTo("one");
            seen.countDown();
            assertThat(text(response.read())).isEqualTo("two");
            assertThat(response.read()).isNull();
        }
    }

    @Test
    void joinsALongBodyUpToTheLimit() throws Exception {
        String half = "x".repeat(100_000);
        try (var server = new RawServer(line -> {
            line.hear();
            line.say(RawServer.CHUNKED);
            line.chunk(half);
            line.chunk(half);
            line.say("0\r\n\r\n");
            line.untilClosed();
        })) {
            assertThat(http.send(post(server.uri(), "{}"), Wanted.patiently()).readAll(200_000)).hasSize(200_000);
            assertFails(FailureCategory.MALFORMED,
                    () -> http.send(post(server.uri(), "{}"), Wanted.patiently()).readAll(199_999));
        }
    }

    @Test
    void inflatesOnlyWhatWasAskedToBeCompressed() throws Exception {
        var compressed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(compressed)) {
            gzip.write("a long answer".getBytes(StandardCharsets.UTF_8));
        }
        try (var server = new RawServer(line -> {
            line.hear();
            line.say("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " + compressed.size() + "\r\n\r\n");
            line.out().write(compressed.toByteArray());
            line.untilClosed();
        })) {
            var asked = new Request("GET", server.uri(), Map.of("Accept-Encoding", "gzip"), null);
            var notAsked = new Request("GET", server.uri(), Map.of(), null);
            assertThat(text(http.send(asked, Wanted.patiently()).readAll(1000))).isEqualTo("a long answer");
            assertThat(http.send(notAsked, Wanted.patiently()).readAll(1000)).isEqualTo(compressed.toByteArray());
        }
    }

    @Test
    void doesNotFollowRedirects() throws Exception {
        try (var server = new RawServer(line -> {
            line.hear();
            line.say("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
        })) {
            Response response = http.send(post(server.uri(), "{}"), Wanted.patiently());
            assertThat(response.status()).isEqualTo(302);
            assertThat(response.readAll(10)).isEmpty();
        }
    }

    @Test
    void keepsTheConnectionWhenAStreamIsClosedJustBeforeItsEnd() throws Exception {
        var closed = new CountDownLatch(1);
        try (var server = new RawServer(line -> {
            while (true) {
                line.hear();
                line.say(RawServer.CHUNKED);
                line.chunk("data: [DONE]");
                closed.await();
                line.say("0\r\n\r\n");
            }
        })) {
            Response first = http.send(post(server.uri(), "{}"), Wanted.patiently());
            first.read();
            first.close();
            closed.countDown();
            assertThat(text(http.send(post(server.uri(), "{}"), Wanted.patiently()).readAll(100)))
                    .isEqualTo("data: [DONE]");
        }
    }

    @Test
    void sendsAgainWhenAnIdleConnectionTurnsOutToBeClosed() throws Exception {
        try (var server = new RawServer(line -> {
            line.hear();
            line.say(RawServer.HELLO);
            while (line.number() > 1) {
                line.hear();
                line.say(RawServer.HELLO);
            }
            line.hear();
            line.reset();
        })) {
            var answers = new ArrayList<String>();
            for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors() + 1; i++) {
                answers.add(text(http.send(post(server.uri(), "{}"), Wanted.patiently()).readAll(10)));
            }
            assertThat(answers).containsOnly("hello");
        }
    }

    @Test
    void doesNotSendAgainOnANewConnection() throws Exception {
        try (var server = new RawServer(line -> {
            line.hear();
            line.reset();
        })) {
            assertFails(FailureCategory.CUT, () -> http.send(post(server.uri(), "{}"), Wanted.patiently()));
            assertThat(server.connections).hasValue(1);
        }
    }

    @Test
    void reusesConnections() throws Exception {
        try (var server = new RawServer(line -> {
            while (true) {
                line.hear();
                line.say(RawServer.HELLO);
            }
        })) {
            for (int i = 0; i < 20; i++) {
                http.send(post(server.uri(), "{}"), Wanted.patiently()).readAll(10);
            }
            assertThat(server.connections.get()).isLessThanOrEqualTo(Runtime.getRuntime().availableProcessors());
        }
    }

    @Test
    void staysOnTheLoopOfTheCall() throws Exception {
        try (var server = new RawServer(line -> {
            while (true) {
                line.hear();
                line.say(RawServer.HELLO);
            }
        })) {
            var context = loops.vertx().getOrCreateContext();
            for (int i = 0; i < 10; i++) {
                ScopedValue.where(EventLoops.OF_CALL, context).call(
                        () -> http.send(post(server.uri(), "{}"), Wanted.patiently()).readAll(10));
            }
            assertThat(server.connections).hasValue(1);
        }
    }

    @Test
    void servesManyCallsAtOnce() throws Exception {
        try (var server = new RawServer(line -> {
            while (true) {
                line.hear();
                line.say(RawServer.HELLO);
            }
        }); var threads = Threads.perTask("caller")) {
            var answers = new ArrayList<Future<String>>();
            for (int i = 0; i < 200; i++) {
                answers.add(threads.submit(
                        () -> text(http.send(post(server.uri(), "{}"), Wanted.patiently()).readAll(10))));
            }
            for (Future<String> answer : answers) {
                assertThat(answer.get()).isEqualTo("hello");
            }
        }
    }

    @Test
    void letsAFastServerWaitForASlowReader() throws Exception {
        String piece = "y".repeat(100_000);
        var sent = new AtomicLong();
        try (var server = new RawServer(line -> {
            line.hear();
            line.say("HTTP/1.1 200 OK\r\nContent-Length: 200000000\r\n\r\n");
            for (int i = 0; i < 2000; i++) {
                line.say(piece);
                sent.addAndGet(piece.length());
            }
            line.untilClosed();
        }); Response response = http.send(post(server.uri(), "{}"), Wanted.patiently())) {
            assertThat(response.read()).isNotNull();
            var before = new AtomicLong(-1);
            await().pollInterval(Duration.ofMillis(100)).until(() -> before.getAndSet(sent.get()) == sent.get());
            assertThat(sent.get()).as("bytes under way while nobody reads").isLessThan(20_000_000);
            assertThat(response.readAll(200_000_000)).hasSizeGreaterThan(199_900_000);
        }
    }

    @Test
    void refusesHeadersWithLineBreaksAndAddressesOfOtherKinds() {
        var split = new Request("GET", URI.create("http://127.0.0.1:1/"), Map.of("X-A", "1\r\nX-B: 2"), null);
        var name = new Request("GET", URI.create("http://127.0.0.1:1/"), Map.of("X A", "1"), null);
        var file = new Request("GET", URI.create("file:///etc/hosts"), Map.of(), null);
        for (Request wrong : new Request[]{split, name, file}) {
            assertFails(FailureCategory.CONFIGURATION, () -> http.send(wrong, Wanted.patiently()));
        }
    }

    static void assertFails(FailureCategory category, Callable call) {
        assertThatThrownBy(call::run).isInstanceOfSatisfying(ProviderException.class,
                e -> assertThat(e.category()).as(e.toString()).isEqualTo(category));
    }

    interface Callable {
        @Nullable
        Object run() throws ProviderException, InterruptedException, IOException;
    }
}
