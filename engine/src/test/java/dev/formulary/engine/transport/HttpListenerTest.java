package dev.formulary.engine.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Arrival;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HttpListenerTest extends Listening {
    @Test
    void handsInMethodPathQueryHeadersAndBody() throws Exception {
        open(settings(), call -> text(call.method() + " " + call.path() + " " + call.query() + " "
                + call.arrival().header().get("x-who") + " "
                + new String(call.arrival().body(), StandardCharsets.UTF_8)));

        var reply = send("POST", "/v1/models/a%2Fb+c?x=1", "hello");

        assertThat(reply.body()).isEqualTo("POST /v1/models/a/b+c x=1 me hello");
        assertThat(reply.headers().firstValue("content-type")).hasValue("text/plain");
    }

    @Test
    void takesBodiesOfAllSizesUpToTheLimit() throws Exception {
        open(settings(), call -> text(Integer.toString(sum(call.arrival().body()))));

        for (int size : List.of(0, 1, 8_000, 70_000, 1_000_000)) {
            assertThat(send("POST", "/", "a".repeat(size)).body()).isEqualTo(Integer.toString(size * 'a'));
        }
    }

    @Test
    void answersHeadWithTheLengthButNoBody() throws Exception {
        open(settings(), _ -> text("four"));

        String reply = raw("HEAD / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");

        assertThat(reply).contains("content-length: 4").endsWith("\r\n\r\n");
    }

    @Test
    void drainsByRefusingNewCallsWhileOldOnesFinish() throws Exception {
        var go = new CountDownLatch(1);
        open(settings(), _ -> {
            go.await();
            return text("done");
        });
        var first = client.sendAsync(request("POST", "/v1/x", "a"), HttpResponse.BodyHandlers.ofString());
        await().until(() -> opened().inFlight() == 1);

        opened().drain();
        var second = send("POST", "/api/chat", "b");

        assertThat(second.statusCode()).isEqualTo(503);
        assertThat(second.headers().firstValue("connection")).hasValue("close");
        assertThat(second.body()).isEqualTo("{\"error\":\"the gateway is stopping\"}");
        assertThat(opened().awaitIdle(Duration.ofMillis(20))).isFalse();
        go.countDown();
        assertThat(first.join().body()).isEqualTo("done");
        assertThat(opened().awaitIdle(Duration.ofSeconds(5))).isTrue();
    }

    @Test
    void anotherThreadAnswersForOneThatIsStuck() throws Exception {
        var go = new CountDownLatch(1);
        var stuck = new CompletableFuture<Arrival.Presence>();
        open(settings(), call -> {
            if (call.path().equals("/stuck")) {
                stuck.complete(call.arrival().presence());
                go.await();
            }
            return text("own");
        });
        var reply = client.sendAsync(request("POST", "/stuck", "a"), HttpResponse.BodyHandlers.ofString());

        assertThat(stuck.join().answer(text("instead"))).isTrue();
        assertThat(reply.join().body()).isEqualTo("instead");
        assertThat(stuck.join().answer(text("twice"))).isFalse();
        assertThat(opened().awaitIdle(Duration.ofSeconds(5))).as("it counts no more").isTrue();

        go.countDown();
        assertThat(send("POST", "/x", "b").body()).isEqualTo("own");
        assertThat(stuck.join().answer(text("late"))).isFalse();
    }

    @Test
    void aCallerWithHalfAnAnswerIsCutOff() throws Exception {
        var go = new CountDownLatch(1);
        var stuck = new CompletableFuture<Arrival.Presence>();
        var closed = new CountDownLatch(1);
        open(settings(), call -> new Answer.Streamed(200, "text/plain", Map.of(), new Answer.Frames() {
            private boolean begun;

            @Override
            public byte @Nullable [] next() throws InterruptedException {
                if (!begun) {
                    begun = true;
                    return "half".getBytes(StandardCharsets.UTF_8);
                }
                stuck.complete(call.arrival().presence());
                go.await();
                return null;
            }

            @Override
            public void close() {
                closed.countDown();
            }
        }));
        var reply = client.sendAsync(request("POST", "/x", "a"), HttpResponse.BodyHandlers.ofString());

        assertThat(stuck.join().answer(text("instead"))).isFalse();
        stuck.join().cutOff();

        assertThatThrownBy(reply::join).hasRootCauseInstanceOf(IOException.class);
        go.countDown();
        closed.await();
    }

    @Test
    void largeBodiesShareTheMemoryThatIsThere() throws Exception {
        String large = "a".repeat(200_000);
        var arrived = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        open(settings(), call -> {
            if (call.path().equals("/stays")) {
                arrived.countDown();
                go.await();
            }
            return text("done");
        }, 190_000);
        var first = client.sendAsync(request("POST", "/stays", large), HttpResponse.BodyHandlers.ofString());
        arrived.await();

        var second = send("POST", "/v1/x", large);

        assertThat(second.statusCode()).isEqualTo(503);
        assertThat(second.headers().firstValue("retry-after")).hasValue("1");
        assertThat(send("POST", "/v1/x", "small").statusCode()).isEqualTo(200);
        go.countDown();
        assertThat(first.join().body()).isEqualTo("done");
        await().until(() -> send("POST", "/v1/x", large).statusCode() == 200);
    }

    @Test
    void tellsUnknownPathsAndWrongMethods() throws Exception {
        open(settings(), new HttpHandler() {
            @Override
            public Answer handle(HttpCall call) {
                return text("never");
            }

            @Override
            public Check check(String method, String path) {
                return path.equals("/here") ? new Check.WrongMethod("GET, HEAD") : Check.UNKNOWN;
            }
        });

        var unknown = send("POST", "/there\"", "x".repeat(100_000));
        var wrong = send("POST", "/here", "x");

        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body()).contains("nothing is served at '/there\\\"'");
        assertThat(wrong.statusCode()).isEqualTo(405);
        assertThat(wrong.headers().firstValue("allow")).hasValue("GET, HEAD");
    }

    @Test
    void answersForAHandlerThatFailsOrCantBeWritten() throws Exception {
        open(settings(), call -> switch (call.path()) {
            case "/fails" -> throw new IllegalStateException("broken on purpose");
            case "/stops" -> throw new InterruptedException();
            default -> new Answer.Whole(200, "text/plain", Map.of("x-a", "line\nbreak"), END);
        });

        assertThat(send("POST", "/fails", "").statusCode()).isEqualTo(500);
        assertThat(send("POST", "/stops", "").statusCode()).isEqualTo(503);
        assertThat(send("POST", "/odd", "").statusCode()).isEqualTo(500);
        await().until(() -> opened().inFlight() == 0);
    }

    @Test
    void takesAFreePortForEachListenerAndSaysWhenOneIsTaken() throws Exception {
        open(settings(), _ -> text("first"));
        var taken = new Settings.Server("127.0.0.1", opened().port(), 1, 1, Duration.ofSeconds(1),
                Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1));

        try (var second = new HttpListener(loops, "server", settings(), _ -> text("second"));
                var elsewhere = new EventLoops()) {
            assertThat(second.port()).isNotEqualTo(opened().port());
            assertThatThrownBy(() -> new HttpListener(elsewhere, "server", taken, _ -> text("third")))
                    .isInstanceOf(IOException.class).hasMessageContaining("can't listen on 127.0.0.1:");
        }
    }
}
