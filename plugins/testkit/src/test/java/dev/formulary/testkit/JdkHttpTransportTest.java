package dev.formulary.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.HttpTransport.Request;
import dev.formulary.spi.HttpTransport.Response;
import dev.formulary.spi.ProviderException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class JdkHttpTransportTest {
    private final JdkHttpTransport http = new JdkHttpTransport();
    private final ExecutorService handlers = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch end = new CountDownLatch(1);
    private HttpServer server;

    JdkHttpTransportTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    @BeforeEach
    void start() {
        server.setExecutor(handlers);
        server.createContext("/echo", exchange -> {
            exchange.getResponseHeaders().add("X-Method", exchange.getRequestMethod());
            byte[] body = exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(418, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.createContext("/silent", exchange -> await());
        server.createContext("/halfway", exchange -> {
            write(exchange, "first");
            await();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        end.countDown();
        http.close();
        server.stop(0);
        handlers.close();
    }

    @Test
    void carriesMethodBodyAndHeadersBothWays() throws Exception {
        var request = new Request("POST", at("/echo"), Map.of("Content-Type", "text/plain", "Host", "ignored"),
                "hello".getBytes(UTF_8));

        try (Response response = http.send(request, TestAttempt.patient())) {
            assertThat(response.status()).isEqualTo(418);
            assertThat(response.header("x-method")).hasValue("POST");
            assertThat(response.readAll(100)).asString(UTF_8).isEqualTo("hello");
            assertThat(response.read()).isNull();
        }
    }

    @Test
    void refusesABodyOverTheLimit() throws Exception {
        var request = new Request("POST", at("/echo"), Map.of(), new byte[1000]);

        try (Response response = http.send(request, TestAttempt.patient())) {
            assertThatThrownBy(() -> response.readAll(10)).isInstanceOfSatisfying(ProviderException.class,
                    e -> assertThat(e.category()).isEqualTo(FailureCategory.MALFORMED));
        }
    }

    @Test
    void waitsForTheFirstByteNoLongerThanTheAttemptSays() {
        assertThat(failure("/silent", TestAttempt.lasting(Duration.ofSeconds(20), Duration.ofMillis(100))))
                .isEqualTo(FailureCategory.TIMEOUT);
    }

    @Test
    void anAttemptCancelledWhileItWaitsIsLetGo() {
        var attempt = TestAttempt.patient();
        Thread.startVirtualThread(attempt::cancel);

        assertThat(failure("/silent", attempt)).isEqualTo(FailureCategory.CANCELLED);
    }

    @Test
    void passesAPieceOnBeforeTheRestIsThereAndStopsAtTheDeadline() throws Exception {
        try (Response response = http.send(get("/halfway"), TestAttempt.lasting(Duration.ofSeconds(1)))) {
            assertThat(response.read()).asString(UTF_8).isEqualTo("first");
            assertThat(category(response)).isEqualTo(FailureCategory.TIMEOUT);
        }
    }

    @Test
    void cancellingEndsTheReadingOfABody() throws Exception {
        var attempt = TestAttempt.patient();
        try (Response response = http.send(get("/halfway"), attempt)) {
            assertThat(response.read()).isNotNull();
            Thread.startVirtualThread(attempt::cancel);

            assertThat(category(response)).isEqualTo(FailureCategory.CANCELLED);
        }
    }

    @Test
    void aBodyThatBreaksOffIsCut() throws Exception {
        try (Response response = http.send(get("/halfway"), TestAttempt.patient())) {
            assertThat(response.read()).isNotNull();
            server.stop(0);

            assertThat(category(response)).isEqualTo(FailureCategory.CUT);
        }
    }

    @Test
    void aPortWhereNobodyListensIsNoConnection() throws IOException {
        int port;
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        var thrown = catchThrowableOfType(ProviderException.class, () -> http
                .send(new Request("GET", URI.create("http://127.0.0.1:" + port), Map.of(), null),
                        TestAttempt.patient()));

        assertThat(thrown.category()).isEqualTo(FailureCategory.CONNECT);
    }

    @Test
    void aServerThatHangsUpBeforeItAnswersIsCut() throws IOException {
        try (var rude = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.startVirtualThread(() -> hangUp(rude));
            var request = new Request("GET", URI.create("http://127.0.0.1:" + rude.getLocalPort()), Map.of(), null);
            var thrown = catchThrowableOfType(ProviderException.class, () -> http.send(request, TestAttempt.patient()));

            assertThat(thrown.category()).isEqualTo(FailureCategory.CUT);
        }
    }

    private static void hangUp(ServerSocket server) {
        try {
            while (true) {
                var socket = server.accept();
                socket.getInputStream().read();
                socket.close();
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    private FailureCategory failure(String path, TestAttempt attempt) {
        return catchThrowableOfType(ProviderException.class, () -> http.send(get(path), attempt)).category();
    }

    private static FailureCategory category(Response response) {
        return catchThrowableOfType(ProviderException.class, response::read).category();
    }

    private Request get(String path) {
        return new Request("GET", at(path), Map.of(), null);
    }

    private URI at(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    private static void write(HttpExchange exchange, String piece) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().write(piece.getBytes(UTF_8));
        exchange.getResponseBody().flush();
    }

    private void await() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
