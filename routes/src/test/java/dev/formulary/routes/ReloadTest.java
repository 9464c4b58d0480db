package dev.formulary.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.formulary.engine.route.RouteStatus.State;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReloadTest {
    @TempDir
    Path home;

    @Test
    void allShippedFilesServeAndWhatNeedsABrokerSaysThatItIsOff() throws Exception {
        try (var shipped = new Shipped(home).withoutInbox().start()) {
            for (String file : List.of("openai.yaml", "ollama.yaml", "decide.yaml")) {
                assertThat(shipped.status(file).state()).isEqualTo(State.SERVING);
            }
            assertThat(shipped.status("mqtt.yaml").state()).isEqualTo(State.OFF);
            assertThat(shipped.status("mqtt.yaml").message()).contains("no broker is configured");
            assertThat(shipped.status("inbox.yaml").message()).contains("the inbox is switched off");
            assertThat(shipped.status("decide.yaml").from()).containsExactly("platform-http:/v1/decide",
                    "platform-http:/v1/decisions/{id}");
            assertThat(shipped.told).hasSize(1);
            assertThat(shipped.routes().reconcile()).isFalse();
        }
    }

    @Test
    void aCopiedFileWithAnotherPathServesAndARemovedOneDoesNot() throws Exception {
        try (var shipped = new Shipped(home).start()) {
            shipped.write("copy.yaml", shipped.text("decide.yaml").replace("/v1/", "/other/"));
            assertThat(shipped.post("/other/decide", "{}").body()).contains("decide");
            assertThat(shipped.post("/v1/decide", "{}").body()).contains("decide");

            Files.delete(shipped.folder.resolve("copy.yaml"));
            assertThat(shipped.routes().reconcile()).isTrue();

            await().until(() -> shipped.post("/other/decide", "{}").statusCode() == 404);
            assertThat(shipped.routes().status()).noneMatch(status -> status.file().equals("copy.yaml"));
            assertThat(shipped.post("/v1/decide", "{}").body()).contains("decide");
        }
    }

    @Test
    void aCopyThatTakesAPathTwiceIsRefusedAndComesWhenThePathIsFree() throws Exception {
        try (var shipped = new Shipped(home).start()) {
            shipped.write("adecide.yaml", shipped.text("decide.yaml"));

            assertThat(shipped.status("adecide.yaml").state()).isEqualTo(State.BROKEN);
            assertThat(shipped.status("adecide.yaml").message())
                    .contains("path '/v1/decide' is served by decide.yaml already");

            Files.delete(shipped.folder.resolve("decide.yaml"));
            shipped.routes().reconcile();
            assertThat(shipped.status("adecide.yaml").state()).isEqualTo(State.SERVING);
            assertThat(shipped.post("/v1/decide", "{}").body()).contains("decide");
        }
    }

    @Test
    void aPathMovesFromAFileToOneBeforeItInOneGo() throws Exception {
        try (var shipped = new Shipped(home).start()) {
            Files.writeString(shipped.folder.resolve("a.yaml"), shipped.text("decide.yaml"));
            Files.writeString(shipped.folder.resolve("decide.yaml"),
                    shipped.text("decide.yaml").replace("/v1/", "/v2/"));

            shipped.routes().reconcile();

            assertThat(shipped.status("a.yaml").state()).isEqualTo(State.SERVING);
            assertThat(shipped.post("/v1/decide", "{}").statusCode()).isEqualTo(200);
            assertThat(shipped.post("/v2/decide", "{}").statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "to: formulary:decide | to: formulary:decid | decide.yaml:7: there is no 'formulary:decid'; there are",
            "to: formulary:decide | to: nosuch:thing | nosuch",
            "steps: | stepps: | decide.yaml:",
            "uri: platform-http:/v1/decide | uri: [ | decide.yaml:",
            "uri: platform-http:/v1/decisions/{id} | uri: platform-http:/v1/{a}/{b} | at most one part may stand in braces"})
    void aBrokenFileKeepsItsOldVersionAndSaysWhatIsWrong(String good, String bad, String message) throws Exception {
        try (var shipped = new Shipped(home).start()) {
            String text = shipped.text("decide.yaml");

            shipped.write("decide.yaml", text.replace(good, bad));

            var broken = shipped.status("decide.yaml");
            assertThat(broken.state()).isEqualTo(State.BROKEN);
            assertThat(broken.message()).contains(message).endsWith("(the version before serves on)");
            assertThat(shipped.post("/v1/decide", "{}").body()).contains("decide");
            assertThat(shipped.post("/api/chat", "{}").body()).contains("ollama-chat");

            shipped.write("decide.yaml", text);
            assertThat(shipped.status("decide.yaml").state()).isEqualTo(State.SERVING);
            assertThat(shipped.status("decide.yaml").message()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"[] | there is no route in the file",
            "- rest: { get: [ { path: /x, to: formulary:decide } ] } | ", "nonsense | "})
    void aFileThatIsNoRouteHarmsNothing(String text, String message) throws Exception {
        try (var shipped = new Shipped(home).start()) {
            shipped.write("odd.yaml", text);

            assertThat(shipped.status("odd.yaml").state()).isEqualTo(State.BROKEN);
            assertThat(shipped.status("odd.yaml").message()).contains(message == null ? "odd.yaml" : message);
            assertThat(shipped.post("/v1/decide", "{}").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void stepsWithIdsCanBeReplacedAndWhatCantRunTwiceIsSwapped() throws Exception {
        String text = """
            - from:
                uri: direct:inner
                steps:
                  - setBody: { id: mine, constant: VERSION }
            - from:
                uri: platform-http:/inner
                steps:
                  - to: { id: onwards, uri: direct:inner }
            """;
        try (var shipped = new Shipped(home).start()) {
            shipped.write("inner.yaml", text.replace("VERSION", "one"));
            assertThat(shipped.get("/inner").body()).isEqualTo("one");

            shipped.write("inner.yaml", text.replace("VERSION", "two"));
            assertThat(shipped.status("inner.yaml").message()).isEmpty();
            assertThat(shipped.get("/inner").body()).isEqualTo("two");

            shipped.write("copy.yaml", text.replace("/inner", "/copy"));
            assertThat(shipped.status("copy.yaml").message()).contains("'direct:inner' is served by inner.yaml");
        }
    }

    @Test
    void aCallUnderWayFinishesOnTheOldVersion() throws Exception {
        var inside = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        try (var shipped = new Shipped(home).answering("decide", _ -> {
            inside.countDown();
            go.await();
            return Shipped.named("old");
        }).start()) {
            var call = shipped.client.sendAsync(
                    shipped.to("/v1/decide").POST(HttpRequest.BodyPublishers.ofString("{}")).build(),
                    HttpResponse.BodyHandlers.ofString());
            inside.await();

            shipped.write("decide.yaml",
                    shipped.text("decide.yaml").replace("formulary:decide\n", "formulary:decision\n"));
            assertThat(shipped.post("/v1/decide", "{}").body()).contains("decision");
            go.countDown();

            assertThat(call.join().body()).contains("old");
        }
    }

    @Test
    void noCallFailsWhileARouteIsReplacedAgainAndAgain() throws Exception {
        var stop = new AtomicBoolean();
        var served = new AtomicInteger();
        try (var shipped = new Shipped(home).start(); ExecutorService clients = Executors.newFixedThreadPool(4)) {
            List<Future<Integer>> failures = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                failures.add(clients.submit(() -> {
                    int failed = 0;
                    while (!stop.get()) {
                        failed += shipped.post("/v1/chat/completions", "{}").statusCode() == 200 ? 0 : 1;
                        served.incrementAndGet();
                    }
                    return failed;
                }));
            }
            String text = shipped.text("openai.yaml");
            for (int version = 1; version <= 10; version++) {
                shipped.write("openai.yaml", text + "# version " + version + "\n");
                int before = served.get();
                await().until(() -> served.get() > before + 20);
            }
            stop.set(true);

            for (Future<Integer> failed : failures) {
                assertThat(failed.get()).isZero();
            }
            assertThat(shipped.status("openai.yaml").state()).isEqualTo(State.SERVING);
        }
    }

    @Test
    void drainingRefusesNewCallsAndWaitsForOldOnes() throws Exception {
        var inside = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        try (var shipped = new Shipped(home).answering("decide", _ -> {
            inside.countDown();
            go.await();
            return Shipped.named("late");
        }).start()) {
            var call = shipped.client.sendAsync(
                    shipped.to("/v1/decide").POST(HttpRequest.BodyPublishers.ofString("{}")).build(),
                    HttpResponse.BodyHandlers.ofString());
            inside.await();

            assertThat(shipped.routes().drain(java.time.Duration.ofMillis(50))).isFalse();
            assertThat(shipped.get("/v1/models").statusCode()).isEqualTo(503);
            go.countDown();

            assertThat(call.join().body()).contains("late");
            assertThat(shipped.routes().drain(java.time.Duration.ofSeconds(5))).isTrue();
        }
    }
}
