package dev.formulary.engine.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.formulary.engine.config.Settings;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class HttpLimitsTest extends Listening {
    @Test
    void refusesABodyThatIsAnnouncedTooLargeBeforeItComes() throws Exception {
        open(settings(), _ -> text("never"));

        String reply = raw("POST /v1/x HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 2000000\r\n\r\n");

        assertThat(reply).startsWith("HTTP/1.1 413").contains("connection: close")
                .contains("\"code\":\"body_too_large\"");
    }

    @Test
    void refusesABodyThatGrowsTooLargeWhileItComes() throws Exception {
        open(settings(), _ -> text("never"));
        var chunked = HttpRequest.BodyPublishers
                .ofInputStream(() -> new java.io.ByteArrayInputStream(new byte[1_200_000]));

        var reply = client.send(HttpRequest.newBuilder(uri("/api/chat")).POST(chunked).build(),
                HttpResponse.BodyHandlers.ofString());

        assertThat(reply.statusCode()).isEqualTo(413);
        assertThat(reply.body()).isEqualTo("{\"error\":\"the body has more than 1000000 bytes\"}");
        assertThat(opened().inFlight()).isZero();
    }

    @Test
    void asksForTheBodyOfAClientThatWaitsToBeAsked() throws Exception {
        open(settings(), call -> text(new String(call.arrival().body(), StandardCharsets.UTF_8)));

        try (var socket = connect()) {
            write(socket, "POST / HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n");
            assertThat(readUntil(socket, "\r\n\r\n")).startsWith("HTTP/1.1 100");
            write(socket, "hi");
            assertThat(readUntil(socket, "hi")).contains("HTTP/1.1 200");
        }
    }

    @Test
    void givesUpOnHalfABody() throws Exception {
        open(settings(), _ -> text("never"));

        String reply = raw("POST /v1/x HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nhalf");

        assertThat(reply).startsWith("HTTP/1.1 408").contains("\"code\":\"request_timeout\"");
        await().until(() -> opened().inFlight() == 0);
    }

    @Test
    void givesUpOnAHeadThatDripsIn() throws Exception {
        open(settings(), _ -> text("fine"));

        try (var socket = connect()) {
            write(socket, "GET / HTTP/1.1\r\nhost: x\r\n\r\n");
            readUntil(socket, "fine");
            write(socket, "GET / HTTP/1.1\r\nx");

            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 408");
        }
    }

    @Test
    void refusesHeadsAndLinesBeyondTheLimits() throws Exception {
        open(settings(), _ -> text("never"));

        assertThat(raw("GET / HTTP/1.1\r\nhost: x\r\nx-a: " + "a".repeat(17_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431");
        assertThat(raw("GET /" + "a".repeat(9_000) + " HTTP/1.1\r\nhost: x\r\n\r\n")).contains(" 414 ");
    }

    @Test
    void refusesCallsBeyondTheLimitAndServesAgainAfterwards() throws Exception {
        var go = new CountDownLatch(1);
        open(new Settings.Server("127.0.0.1", 0, 1_000_000, 1, Duration.ofSeconds(5), Duration.ofSeconds(30),
                Duration.ofSeconds(30), Duration.ofSeconds(5)), _ -> {
                    go.await();
                    return text("done");
                });
        var first = client.sendAsync(request("POST", "/v1/x", "a"), HttpResponse.BodyHandlers.ofString());
        await().until(() -> opened().inFlight() == 1);

        var second = send("POST", "/v1/x", "b");
        go.countDown();

        assertThat(second.statusCode()).isEqualTo(429);
        assertThat(second.headers().firstValue("retry-after")).hasValue("1");
        assertThat(second.body()).contains("\"type\":\"rate_limit_error\"");
        assertThat(first.join().body()).isEqualTo("done");
        await().until(() -> opened().inFlight() == 0);
        assertThat(send("POST", "/v1/x", "c").body()).isEqualTo("done");
    }
}
