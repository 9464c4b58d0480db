package dev.formulary.engine.transport;

import static dev.formulary.engine.transport.Http2Frames.CONTINUATION;
import static dev.formulary.engine.transport.Http2Frames.DATA;
import static dev.formulary.engine.transport.Http2Frames.END_HEADERS;
import static dev.formulary.engine.transport.Http2Frames.END_STREAM;
import static dev.formulary.engine.transport.Http2Frames.HEADERS;
import static dev.formulary.engine.transport.Http2Frames.RESET;
import static dev.formulary.engine.transport.Http2Frames.headers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.formulary.engine.config.Perimeter;
import dev.formulary.engine.config.Settings;
import java.io.ByteArrayOutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What a client of HTTP/2 may not do, whether there is TLS below it or not.
abstract class Http2Limits extends Listening {
    private static final String[] POST = {":method", "POST", ":scheme", "http", ":path", "/v1/x", ":authority",
            "localhost"};

    /// Who may come.
    abstract Perimeter perimeter() throws Exception;

    /// A connection on which nothing was said yet but what comes below HTTP/2.
    abstract Socket dial() throws Exception;

    void open(HttpHandler handler) throws Exception {
        open(new Settings.Server("127.0.0.1", 0, 1_000_000, 1000, Duration.ofSeconds(2), Duration.ofSeconds(30),
                Duration.ofSeconds(30), Duration.ofSeconds(5), perimeter()), handler);
    }

    @Test
    void whoAsksAndGivesUpOverAndOverIsCutOff() throws Exception {
        var asked = new AtomicInteger();
        open(_ -> {
            asked.incrementAndGet();
            return text("fine");
        });
        try (Http2Frames raw = new Http2Frames(dial())) {
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
        try (Http2Frames raw = new Http2Frames(dial())) {
            raw.tries(HEADERS, END_STREAM, 1, raw.get());
            int pieces = 0;
            while (pieces < 20_000 && raw.tries(CONTINUATION, 0, 1, headers("x" + pieces, "y".repeat(100)))) {
                pieces++;
            }
            assertThat(raw.ends()).isTrue();
            assertThat(pieces).isLessThan(20_000);
        }
    }

    @Test
    void whoNeverFinishesAHeadIsCutOff() throws Exception {
        open(new Settings.Server("127.0.0.1", 0, 1_000_000, 1000, Duration.ofMillis(300), Duration.ofMillis(600),
                Duration.ofSeconds(30), Duration.ofSeconds(5), perimeter()), _ -> text("never"));
        try (Http2Frames raw = new Http2Frames(dial())) {
            raw.tries(HEADERS, END_STREAM, 1, raw.get());
            assertThat(raw.ends()).isTrue();
        }
        await().until(() -> opened().connections() == 0);
    }

    @Test
    void headersBeyondTheLimitAreRefused() throws Exception {
        open(_ -> text("fine"));
        try (Http2Frames raw = new Http2Frames(dial())) {
            var block = new ByteArrayOutputStream();
            block.writeBytes(raw.get());
            for (int i = 0; i < 60; i++) {
                block.writeBytes(headers("x-" + i, "y".repeat(400)));
            }
            byte[] all = block.toByteArray();
            raw.tries(HEADERS, END_STREAM, 1, Arrays.copyOf(all, 16_000));
            raw.tries(CONTINUATION, END_HEADERS, 1, Arrays.copyOfRange(all, 16_000, all.length));
            assertThat(raw.ends()).isTrue();
        }
    }

    /// A request that who passes it on in HTTP/1.1 would write as two, or as another one.
    record Hostile(String name, String[] head, String body) {
        Hostile(String name, String... head) {
            this(name, head, "");
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static Hostile with(String name, String... more) {
        return new Hostile(name, Stream.concat(Arrays.stream(POST), Arrays.stream(more)).toArray(String[]::new));
    }

    private static Hostile but(String name, String header, String value) {
        String[] head = POST.clone();
        head[Arrays.asList(head).indexOf(header) + 1] = value;
        return new Hostile(name, head);
    }

    static Stream<Hostile> smuggled() {
        String next = " HTTP/1.1\r\nHost: localhost\r\n\r\nGET /smuggled";
        return Stream.of(with("chunks", "transfer-encoding", "chunked"),
                with("a header of the connection", "connection", "keep-alive"),
                with("an upgrade", "upgrade", "websocket"),
                with("te", "te", "chunked"),
                with("an end of line in a value", "x-a", "b\r\nContent-Length: 9"),
                with("a line feed in a value", "x-a", "b\nX-B: c"),
                with("a nul in a value", "x-a", "b\0c"),
                with("an end of line in a name", "x-a: b\r\nx-c", "d"),
                with("a blank in a name", "x a", "d"),
                with("a colon in a name", "x:a", "d"),
                with("a name in capitals", "X-A", "d"),
                with("no name", "", "d"),
                with("two paths", ":path", "/smuggled"),
                with("a pseudo header after others", "x-a", "b", ":method", "GET"),
                with("an unknown pseudo header", ":x", "y"),
                with("another host", "host", "elsewhere.example.org"),
                with("two lengths", "content-length", "0", "content-length", "5"),
                with("a list of lengths", "content-length", "0, 5"),
                with("a length with a sign", "content-length", "+0"),
                but("a request in the path", ":path", "/v1/x" + next),
                but("a blank in the path", ":path", "/v1/x /smuggled"),
                but("a path that is none", ":path", "smuggled"),
                but("an empty path", ":path", ""),
                but("a request in the method", ":method", "GET /smuggled HTTP/1.1\r\nX-A: b\r\n\r\nPOST"),
                but("a blank in the method", ":method", "GET /smuggled"),
                but("a request in the authority", ":authority", "localhost\r\n\r\nGET /smuggled"),
                but("a person in the authority", ":authority", "me@localhost"),
                but("a host that is none", ":authority", "local host"),
                but("a request in the scheme", ":scheme", "http://localhost/smuggled?"),
                new Hostile("no path", ":method", "GET", ":scheme", "http", ":authority", "localhost"),
                new Hostile("no method", ":path", "/v1/x", ":scheme", "http", ":authority", "localhost"),
                new Hostile("a tunnel", ":method", "CONNECT", ":authority", "localhost:22"),
                new Hostile("more than the length says", POST_5, "hello" + "GET /smuggled"),
                new Hostile("less than the length says", POST_5, "hi"));
    }

    private static final String[] POST_5 = {":method", "POST", ":scheme", "http", ":path", "/v1/x", ":authority",
            "localhost", "content-length", "5"};

    @ParameterizedTest(name = "{0}")
    @MethodSource("smuggled")
    void isReadInOneWayOnly(Hostile hostile) throws Exception {
        Set<String> asked = ConcurrentHashMap.newKeySet();
        open(call -> {
            asked.add(call.method() + " " + call.path());
            return text("never");
        });

        try (Http2Frames raw = new Http2Frames(dial())) {
            boolean whole = hostile.body().isEmpty();
            raw.tries(HEADERS, END_HEADERS | (whole ? END_STREAM : 0), 1, headers(hostile.head()));
            if (!whole) {
                raw.tries(DATA, END_STREAM, 1, hostile.body().getBytes(StandardCharsets.US_ASCII));
            }
            assertThat(raw.outcome()).isIn("reset", "400", "answered");
        }

        assertThat(asked).isEmpty();
        await().until(() -> opened().inFlight() == 0);
    }

    @Test
    void whatIsRightIsAnswered() throws Exception {
        open(call -> text(call.method() + call.path()));
        try (Http2Frames raw = new Http2Frames(dial())) {
            raw.tries(HEADERS, END_HEADERS, 1, headers(POST_5));
            raw.tries(DATA, END_STREAM, 1, "hello".getBytes(StandardCharsets.US_ASCII));
            assertThat(raw.outcome()).isEqualTo("200");
        }
    }
}
