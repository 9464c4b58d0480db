package dev.formulary.engine.transport;

import static dev.formulary.engine.transport.OutboundHttpTest.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.HttpTransport.Request;
import dev.formulary.spi.HttpTransport.Response;
import dev.formulary.spi.ProviderException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutboundFailuresTest {
    private static final Duration SHORT = Duration.ofMillis(150);

    private final EventLoops loops = new EventLoops();
    private final OutboundHttp http = new OutboundHttp(loops,
            new OutboundHttp.Limits(Duration.ofSeconds(2), SHORT, 16, 65536, "test"));

    @AfterEach
    void stop() {
        http.close();
        loops.close();
    }

    private static Request get(URI uri) {
        return new Request("GET", uri, Map.of(), null);
    }

    @Test
    void gaveUpOnAServerThatSaysNothing() throws Exception {
        var gone = new CountDownLatch(1);
        try (var server = new RawServer(line -> {
            line.hear();
            line.untilClosed();
            gone.countDown();
        })) {
            assertFails(FailureCategory.TIMEOUT,
                    () -> http.send(get(server.uri()), new Wanted(Duration.ofSeconds(30), SHORT)));
            await().until(() -> gone.getCount() == 0);
        }
    }

    @Test
    void gaveUpOnAServerThatFallsSilent() throws Exception {
        try (var server = new RawServer(line -> {
            line.hear();
            line.say(RawServer.CHUNKED);
            line.chunk("one");
            line.untilClosed();
        }); Response response = http.send(get(server.uri()), Wanted.patiently())) {
            assertThat(response.read()).isNotNull();
            assertFails(FailureCategory.TIMEOUT, response::read);
            assertFails(FailureCategory.TIMEOUT, response::read);
        }
    }

    @Test
    void gaveUpWhenTheTimeForTheWholeWasUp() throws Exception {
        try (var server = new RawServer(line -> {
            line.hear();
            line.say(RawServer.CHUNKED);
            line.untilClosed();
        }); Response response = http.send(get(server.uri()), new Wanted(Duration.ofMillis(100), SHORT))) {
            assertFails(FailureCategory.TIMEOUT, () -> response.readAll(100));
        }
    }

    @Test
    void tellsAnAnswerThatBrokeOffFromACompleteOne() throws Exception {
        var seen = new CountDownLatch(1);
        try (var server = new RawServer(line -> {
            line.hear();
            line.say("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart");
            seen.await();
            line.reset();
        }); Response response = http.send(get(server.uri()), Wanted.patiently())) {
            assertThat(response.read()).hasSize(4);
            seen.countDown();
            assertFails(FailureCategory.CUT, response::read);
        }
    }

    @Test
    void tellsWhenTheAnswerIsNotHttp() throws Exception {
        try (var server = new RawServer(line -> {
            line.hear();
            line.say("SSH-2.0-OpenSSH\r\n\r\n");
        })) {
            assertFails(FailureCategory.CUT, () -> http.send(get(server.uri()), Wanted.patiently()));
        }
    }

    @Test
    void tellsARefusedConnection() throws Exception {
        int port;
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        assertFails(FailureCategory.CONNECT,
                () -> http.send(get(URI.create("http://127.0.0.1:" + port + "/")), Wanted.patiently()));
    }

    @Test
    void tellsAnUnknownHost() {
        assertConnects(UnknownHostException.class,
                () -> http.send(get(URI.create("http://no-such-host.invalid/")), Wanted.patiently()));
    }

    @Test
    void namesThatNoNameServerKnowsAreAskedOfTheSystem() throws Exception {
        var names = new LocalNames(host -> {
            if (!host.equals("house.local")) {
                throw new UnknownHostException(host);
            }
            return InetAddress.getLoopbackAddress();
        });
        try (var server = new RawServer(line -> {
            assertThat(line.hear()).contains("house.local:");
            line.say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        });
                var local = new OutboundHttp(loops, limits(Duration.ofSeconds(2)), names);
                Response response = local.send(get(URI.create("http://house.local:" + server.uri().getPort() + "/")),
                        Wanted.patiently())) {
            assertThat(response.status()).isEqualTo(200);
            assertConnects(UnknownHostException.class,
                    () -> local.send(get(URI.create("http://nobody.local/")), Wanted.patiently()));
        }
        var late = new CountDownLatch(1);
        var silent = new LocalNames(_ -> {
            await().until(() -> late.getCount() == 0);
            return InetAddress.getLoopbackAddress();
        });
        try (var local = new OutboundHttp(loops, limits(SHORT), silent)) {
            assertFails(FailureCategory.CONNECT,
                    () -> local.send(get(URI.create("http://house.local/")), Wanted.patiently()));
        } finally {
            late.countDown();
        }
    }

    /// What the class of the failure is found by.
    private static void assertConnects(Class<? extends Exception> cause, OutboundHttpTest.Callable call) {
        assertThatThrownBy(call::run).isInstanceOfSatisfying(ProviderException.class, e -> {
            assertThat(e.category()).isEqualTo(FailureCategory.CONNECT);
            assertThat(Stream.iterate(e.getCause(), Objects::nonNull, Throwable::getCause)).anyMatch(cause::isInstance);
        });
    }

    @Test
    void aConnectionIsWaitedForAsLongAsTheLimitSaysAndNotBeyondTheDeadline() throws Exception {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var crowd = new Crowd(server);
                var soon = new OutboundHttp(loops, limits(SHORT));
                var late = new OutboundHttp(loops, limits(Duration.ofHours(1)))) {
            assertThat(crowd.inLine()).isPositive();
            var uri = URI.create("http://127.0.0.1:" + server.getLocalPort() + "/");
            assertFails(FailureCategory.CONNECT, () -> soon.send(get(uri), Wanted.patiently()));
            assertFails(FailureCategory.CONNECT, () -> late.send(get(uri), new Wanted(Duration.ofHours(1), SHORT)));
            assertThatThrownBy(() -> late.send(get(uri), new Wanted(SHORT, Duration.ofHours(1))))
                    .isInstanceOf(ProviderException.class);
        }
        assertThat(OutboundHttp.Limits.defaults("1").connect()).isEqualTo(Duration.ofSeconds(2));
    }

    private static OutboundHttp.Limits limits(Duration connect) {
        return new OutboundHttp.Limits(connect, SHORT, 16, 65536, "test");
    }

    /// So many connections that nobody takes that the next one hangs.
    private static final class Crowd implements AutoCloseable {
        private final List<Socket> sockets = new ArrayList<>();

        Crowd(ServerSocket server) throws IOException {
            try {
                for (int i = 0; i < 64; i++) {
                    var socket = new Socket();
                    sockets.add(socket);
                    socket.connect(server.getLocalSocketAddress(), 200);
                }
            } catch (SocketTimeoutException e) {
                return;
            }
            throw new IOException("the server takes every connection");
        }

        int inLine() {
            return sockets.size() - 1;
        }

        @Override
        public void close() throws IOException {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    void refusesACertificateThatNobodyVouchesFor(@TempDir Path folder) throws Exception {
        ServerSocket tls = selfSigned(folder).getServerSocketFactory().createServerSocket(0, 5,
                InetAddress.getLoopbackAddress());
        try (var server = new RawServer(tls, line -> {
            line.hear();
            line.say(RawServer.HELLO);
        })) {
            assertConnects(SSLException.class,
                    () -> http.send(get(URI.create("https://localhost:" + server.uri().getPort() + "/")),
                            Wanted.patiently()));
            assertThat(server.heard).isEmpty();
        }
    }

    private static SSLContext selfSigned(Path folder) throws Exception {
        Path file = folder.resolve("keys.p12");
        Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair", "-alias", "a", "-keyalg", "EC", "-dname", "CN=localhost", "-keystore",
                file.toString(), "-storepass", "changeit").redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile()).start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore store = KeyStore.getInstance(file.toFile(), "changeit".toCharArray());
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, "changeit".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    @Test
    void letsGoAtOnceWhenCancelledWhileWaitingForTheHead() throws Exception {
        var asked = new CountDownLatch(1);
        var gone = new CountDownLatch(1);
        try (var server = new RawServer(line -> {
            line.hear();
            asked.countDown();
            line.untilClosed();
            gone.countDown();
        })) {
            Wanted attempt = Wanted.patiently();
            Thread canceller = Thread.ofVirtual().start(() -> {
                await().until(() -> asked.getCount() == 0);
                attempt.cancel();
            });
            assertFails(FailureCategory.CANCELLED, () -> http.send(get(server.uri()), attempt));
            canceller.join();
            await().until(() -> gone.getCount() == 0);
            assertFails(FailureCategory.CANCELLED, () -> http.send(get(server.uri()), attempt));
        }
    }

    @Test
    void letsGoAtOnceWhenCancelledInTheMiddleOfTheBody() throws Exception {
        var gone = new CountDownLatch(1);
        try (var server = new RawServer(line -> {
            line.hear();
            line.say(RawServer.CHUNKED);
            line.chunk("one");
            line.untilClosed();
            gone.countDown();
        })) {
            Wanted attempt = Wanted.patiently();
            Response response = http.send(get(server.uri()), attempt);
            assertThat(response.read()).isNotNull();
            attempt.cancel();
            assertFails(FailureCategory.CANCELLED, response::read);
            await().until(() -> gone.getCount() == 0);
        }
    }

    @Test
    void letsGoWhenTheReaderClosesBeforeTheEnd() throws Exception {
        var gone = new AtomicBoolean();
        try (var server = new RawServer(line -> {
            line.hear();
            line.say(RawServer.CHUNKED);
            try {
                while (true) {
                    line.chunk("z".repeat(50_000));
                }
            } catch (IOException e) {
                gone.set(true);
            }
        })) {
            Response response = http.send(get(server.uri()), Wanted.patiently());
            assertThat(response.read()).isNotNull();
            response.close();
            response.close();
            await().untilTrue(gone);
            assertFails(FailureCategory.CANCELLED, () -> response.readAll(Integer.MAX_VALUE));
        }
    }

    @Test
    void letsGoWhenTheReaderIsInterrupted() throws Exception {
        var gone = new CountDownLatch(1);
        try (var server = new RawServer(line -> {
            line.hear();
            line.untilClosed();
            gone.countDown();
        })) {
            var thrown = new AtomicReference<Throwable>();
            Thread reader = Thread.ofVirtual().start(() -> {
                try {
                    http.send(get(server.uri()), Wanted.patiently());
                } catch (Exception e) {
                    thrown.set(e);
                }
            });
            await().until(() -> server.connections.get() == 1);
            reader.interrupt();
            reader.join();
            assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
            await().until(() -> gone.getCount() == 0);
        }
    }
}
