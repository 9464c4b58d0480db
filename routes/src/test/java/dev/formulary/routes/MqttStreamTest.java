package dev.formulary.routes;

import static dev.formulary.routes.MqttRoutesTest.connected;
import static dev.formulary.routes.MqttRoutesTest.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import dev.formulary.engine.facts.Answer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Streams by MQTT: each piece in a message of its own.
class MqttStreamTest {
    private static final String CHAT = "formulary/v1/home/chat";

    @TempDir
    Path home;

    @BeforeEach
    void patience() {
        org.awaitility.Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
    }

    private static void stream(MqttAsker client, String body, String correlation) {
        client.ask(CHAT, body, correlation, question -> question.userProperties()
                .add("X-Formulary-Stream", "messages").applyUserProperties());
    }

    private static Map<String, String> properties(Mqtt5Publish message) {
        Map<String, String> properties = new HashMap<>();
        message.getUserProperties().asList()
                .forEach(each -> properties.put(each.getName().toString(), each.getValue().toString()));
        return properties;
    }

    private static boolean ended(MqttAsker client) {
        return client.replies.stream().anyMatch(reply -> properties(reply).containsKey("last"));
    }

    @Test
    void eachPieceIsANumberedMessageAndTheLastHasStatusAndHeaders() throws Exception {
        try (var broker = new Mosquitto(home.resolve("broker"));
                var shipped = connected(broker, new Shipped(home).answering("openai-chat",
                        _ -> new Pieces(Pieces.events(200), _ -> {}, false).answer("text/event-stream")));
                var client = new MqttAsker(broker)) {
            stream(client, "{\"q\":1}", "7");

            await().until(() -> ended(client));
            assertThat(client.replies).hasSize(201);
            assertThat(client.replies).extracting(reply -> properties(reply).get("seq"))
                    .containsExactlyElementsOf(IntStream.range(0, 201).mapToObj(Integer::toString).toList());
            assertThat(client.replies.subList(0, 200)).extracting(MqttRoutesTest::text)
                    .containsExactlyElementsOf(IntStream.range(0, 200).mapToObj(i -> "{\"n\":" + i + "}").toList());
            assertThat(client.replies).allMatch(reply -> "d1".equals(properties(reply).get("x-formulary-decision"))
                    && reply.getCorrelationData().isPresent());
            assertThat(properties(client.replies.getLast())).containsEntry("status", "200")
                    .containsEntry("x-formulary-model", "a/m").containsEntry("last", "true");
            assertThat(text(client.replies.getLast())).isEmpty();
            assertThat(shipped.arrivals.getFirst().mayStream()).isTrue();
            assertThat(shipped.arrivals.getFirst().body()).asString().isEqualTo("{\"q\":1,\"stream\":true}");
        }
    }

    @Test
    void linesOfTheOtherDialectAreMessagesToo() throws Exception {
        try (var broker = new Mosquitto(home.resolve("broker"));
                var _ = connected(broker, new Shipped(home).answering("openai-chat", _ -> new Pieces(
                        List.of("{\"a\":1}\n{\"b\":2}\n", "{\"done\":true}\n"), _ -> {}, false)
                        .answer("application/x-ndjson")));
                var client = new MqttAsker(broker)) {
            stream(client, "{}", "7");

            await().until(() -> ended(client));
            assertThat(client.replies).extracting(MqttRoutesTest::text).containsExactly("{\"a\":1}", "{\"b\":2}",
                    "{\"done\":true}", "");
        }
    }

    @Test
    void aStreamThatBreaksOffSaysSoInItsLastMessage() throws Exception {
        try (var broker = new Mosquitto(home.resolve("broker"));
                var _ = connected(broker, new Shipped(home).answering("openai-chat", _ -> new Pieces(
                        List.of("data: {\"n\":0}\n\n", "data: {\"error\":{\"code\":\"stream_interrupted\"}}\n\n"),
                        _ -> {},
                        true).answer("text/event-stream")));
                var client = new MqttAsker(broker)) {
            stream(client, "{}", "7");

            await().until(() -> ended(client));
            assertThat(text(client.replies.get(1))).contains("stream_interrupted");
            assertThat(properties(client.replies.get(2))).containsEntry("status", "502").containsEntry("last", "true");
        }
    }

    @Test
    void whatIsNoStreamIsTheFirstAndLastMessageAndAWrongWishIsRefused() throws Exception {
        try (var broker = new Mosquitto(home.resolve("broker"));
                var _ = connected(broker, new Shipped(home));
                var client = new MqttAsker(broker)) {
            stream(client, "{}", "7");
            client.ask(CHAT, "{}", "8", question -> question.userProperties().add("X-Formulary-Stream", "yes")
                    .applyUserProperties());

            await().until(() -> client.has("7") && client.has("8"));
            assertThat(properties(client.reply("7"))).containsEntry("seq", "0").containsEntry("last", "true")
                    .containsEntry("status", "200");
            assertThat(text(client.reply("7"))).contains("openai-chat");
            assertThat(text(client.reply("8"))).contains("X-Formulary-Stream has a wrong value; it must be messages");
        }
    }

    @Test
    void aFormerClientGetsPiecesInABodyThatSaysWhatPropertiesWould() throws Exception {
        try (var broker = new Mosquitto(home.resolve("broker"));
                var _ = connected(broker, new Shipped(home).answering("openai-chat", arrival -> arrival.mayStream()
                        ? new Pieces(Pieces.events(1), _ -> {}, false).answer("text/event-stream")
                        : Shipped.named("whole")));
                var client = new MqttAsker(broker)) {
            client.subscribe("formulary/v1/home/reply/+");
            for (String body : List.of("{\"id\":\"a1\",\"stream\":true}", "{\"id\":\"a2\",\"stream\":false}")) {
                client.say(CHAT, body);
            }

            await().until(() -> client.replies.size() == 3);
            assertThat(client.replies).extracting(MqttRoutesTest::text).contains(
                    "{\"id\":\"a1\",\"seq\":0,\"data\":{\"n\":0}}", "{\"entrance\":\"whole\"}");
            assertThat(client.replies).extracting(MqttRoutesTest::text).anySatisfy(text -> assertThat(text)
                    .startsWith("{\"id\":\"a1\",\"seq\":1,\"last\":true,\"status\":200,\"headers\":{")
                    .contains("\"x-formulary-model\":\"a/m\"").doesNotContain("data"));
        }
    }

    @Test
    void theSameQuestionOnceMoreGetsTheSamePiecesAlsoAfterARestart() throws Exception {
        try (var broker = new Mosquitto(home.resolve("broker")); var client = new MqttAsker(broker)) {
            try (var _ = connected(broker, new Shipped(home).answering("openai-chat",
                    _ -> new Pieces(Pieces.events(3), _ -> {}, false).answer("text/event-stream")))) {
                stream(client, "{}", "7");
                await().until(() -> client.replies.size() == 4);
            }
            try (var again = connected(broker, new Shipped(home))) {
                stream(client, "{}", "7");
                await().until(() -> client.replies.size() == 8);
                assertThat(again.arrivals).isEmpty();
            }
            assertThat(client.replies.subList(4, 8)).extracting(MqttRoutesTest::text)
                    .isEqualTo(client.replies.subList(0, 4).stream().map(MqttRoutesTest::text).toList());
            assertThat(client.replies.subList(4, 8)).extracting(MqttStreamTest::properties)
                    .isEqualTo(client.replies.subList(0, 4).stream().map(MqttStreamTest::properties).toList());
        }
    }

    @Test
    void whileTheBrokerIsAwayTheProviderWaitsAndThenThePiecesGoOnInOrder() throws Exception {
        var half = new CountDownLatch(1);
        var away = new CountDownLatch(1);
        var streams = new CopyOnWriteArrayList<Pieces>();
        try (var broker = new Mosquitto(home.resolve("broker"));
                var shipped = connected(broker, new Shipped(home).answering("openai-chat", _ -> {
                    var pieces = new Pieces(Pieces.events(300), n -> {
                        if (n == 50) {
                            half.countDown();
                            away.await();
                        }
                    }, false);
                    streams.add(pieces);
                    return pieces.answer("text/event-stream");
                }));
                var client = new MqttAsker(broker)) {
            stream(client, "{}", "7");
            half.await();
            await().until(() -> client.replies.size() == 50);
            broker.stop();
            await().until(() -> shipped.status("mqtt.yaml").message().contains("is not connected"));
            away.countDown();
            // as many as may be on their way, and not one more, leave the provider
            await().until(() -> streams.getFirst().given.get() > 51);
            await().during(Duration.ofMillis(300)).until(() -> streams.getFirst().given.get() <= 51 + 16);

            broker.start();

            await().until(() -> ended(client));
            List<Integer> order = new ArrayList<>();
            client.replies.forEach(reply -> {
                int seq = Integer.parseInt(properties(reply).get("seq"));
                if (!order.contains(seq)) {
                    order.add(seq);
                }
            });
            assertThat(order).containsExactlyElementsOf(IntStream.rangeClosed(0, 300).boxed().toList());
            assertThat(streams).hasSize(1);
        }
    }

    @Test
    void aStreamThatAStopCutsOffBeginsAnewWithAnotherDecision() throws Exception {
        var inside = new CountDownLatch(1);
        try (var broker = new Mosquitto(home.resolve("broker")); var client = new MqttAsker(broker)) {
            try (var _ = connected(broker, new Shipped(home).answering("openai-chat", _ -> new Pieces(Pieces.events(5),
                    n -> {
                        if (n == 3) {
                            inside.countDown();
                            new CountDownLatch(1).await();
                        }
                    }, false).answer("text/event-stream")))) {
                stream(client, "{}", "7");
                inside.await();
                await().until(() -> client.replies.size() == 3);
            }
            try (var _ = connected(broker, new Shipped(home).answering("openai-chat", _ -> new Answer.Streamed(200,
                    "text/event-stream", Map.of("X-Formulary-Decision", "d2"),
                    new Pieces(Pieces.events(2), _ -> {}, false))))) {
                await().until(() -> ended(client));
            }
            assertThat(client.replies).extracting(reply -> properties(reply).get("seq") + " "
                    + properties(reply).get("x-formulary-decision")).containsExactly("0 d1", "1 d1", "2 d1", "0 d2",
                            "1 d2", "2 d2");
            assertThat(new String(client.replies.getLast().getPayloadAsBytes(), StandardCharsets.UTF_8)).isEmpty();
        }
    }
}
