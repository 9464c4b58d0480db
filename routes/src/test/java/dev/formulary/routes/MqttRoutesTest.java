package dev.formulary.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Arrival;
import dev.formulary.engine.facts.QueuePlace;
import dev.formulary.engine.route.RouteStatus;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MqttRoutesTest {
    @TempDir
    Path home;

    @BeforeEach
    void patience() {
        org.awaitility.Awaitility.setDefaultTimeout(Duration.ofSeconds(20));
    }

    @Test
    void aQuestionIsAnsweredAtItsResponseTopic() throws Exception {
        try (var broker = new Mosquitto(home.resolve("broker"));
                var shipped = connected(broker, new Shipped(home));
                var client = new MqttAsker(broker)) {

            client.ask("formulary/v1/home/chat", "{\"q\":1}", "7", question -> question.userProperties()
                    .add("need", "crisis_intervention").add("note", "two words").add("Authorization", "Bearer k")
                    .add("X-Formulary-Session", "s").applyUserProperties());
            client.ask("formulary/v1/home/ollama-chat", "{}", "8", UnaryOperator.identity());
            client.ask("formulary/v1/home/messages", "{}", "9", UnaryOperator.identity());
            client.ask("formulary/v1/home/embeddings", "{}", "10", UnaryOperator.identity());
            client.ask("formulary/v1/home/responses", "{}", "11", UnaryOperator.identity());
            client.ask("formulary/v1/home/tasks", "{}", "12", UnaryOperator.identity());

            await().until(() -> client.replies.size() == 6);
            assertThat(text(client.reply("12"))).contains("home-tasks");
            assertThat(text(client.reply("10"))).contains("openai-embeddings");
            assertThat(text(client.reply("11"))).contains("openai-responses");
            Mqtt5Publish reply = client.reply("7");
            assertThat(text(reply)).isEqualTo("{\"entrance\":\"openai-chat\"}");
            assertThat(reply.getContentType().orElseThrow()).hasToString("application/json");
            assertThat(reply.getUserProperties().asList()).extracting(p -> p.getName() + "=" + p.getValue())
                    .containsExactlyInAnyOrder("status=200", "x-formulary-decision=d1");
            assertThat(text(client.reply("8"))).contains("ollama-chat");
            assertThat(text(client.reply("9"))).contains("anthropic-messages");
            Arrival arrival = shipped.arrivals.stream().filter(a -> a.path().endsWith("/chat")).findFirst()
                    .orElseThrow();
            assertThat(arrival.via()).isEqualTo("mqtt");
            assertThat(arrival.body()).asString().isEqualTo("{\"q\":1}");
            assertThat(arrival.header().get("x-formulary-context"))
                    .isEqualTo("need=crisis_intervention, note=\"two words\"");
            assertThat(arrival.header().get("authorization")).isEqualTo("Bearer k");
            assertThat(arrival.header().get("x-formulary-session")).isEqualTo("s");
        }
    }

    @Test
    void whoWantsToKnowIsToldWhereItsQuestionStandsInLine() throws Exception {
        try (var broker = new Mosquitto(home.resolve("broker"));
                var shipped = connected(broker, new Shipped(home).answering("openai-chat", arrival -> {
                    arrival.presence().waits(new QueuePlace(2, 6_000));
                    return Shipped.named("openai-chat");
                }));
                var client = new MqttAsker(broker)) {
            client.subscribe("places/#");
            for (String to : List.of("places/7", "places/#", "formulary/v1/home/chat")) {
                client.ask("formulary/v1/home/chat", "{}", to, question -> question.userProperties()
                        .add("X-Formulary-Waiting", to).applyUserProperties());
            }

            await().until(() -> client.replies.size() == 4);
            Mqtt5Publish place = client.replies.stream().filter(reply -> reply.getTopic().toString().startsWith("pl"))
                    .findFirst().orElseThrow();
            assertThat(text(place)).isEqualTo("{\"position\":2,\"eta_ms\":6000}");
            assertThat(place.getCorrelationData()).isPresent();
            assertThat(client.replies.stream().map(MqttRoutesTest::text).filter(text -> text.contains("error")))
                    .hasSize(2).allMatch(text -> text.contains("X-Formulary-Waiting has the wrong value"));
            assertThat(shipped.arrivals).hasSize(1);
        }
    }

    @Test
    void aClientOfTheFormerVersionSaysInTheBodyWhereTheAnswerGoes() throws Exception {
        try (var broker = new Mosquitto(home.resolve("broker"));
                var shipped = connected(broker, new Shipped(home));
                var client = new MqttAsker(broker)) {
            Mqtt3BlockingClient old = MqttClient.builder().useMqttVersion3().identifier("old").serverHost("127.0.0.1")
                    .serverPort(broker.port).buildBlocking();
            old.connect();
            client.subscribe("formulary/v1/home/reply/+");

            for (String body : List.of("{\"id\":\"a1\",\"q\":1}", "{\"q\":2,\"reply_to\":\"answers/me\",\"id\":7}",
                    "{\"q\":3}", "{\"q\":4,\"reply_to\":\"an/+/swer\"}")) {
                old.publishWith().topic("formulary/v1/home/chat").qos(MqttQos.AT_LEAST_ONCE)
                        .payload(body.getBytes(StandardCharsets.UTF_8)).send();
            }

            await().until(() -> shipped.arrivals.size() == 4 && client.replies.size() == 2);
            assertThat(client.replies).extracting(reply -> reply.getTopic().toString())
                    .containsExactlyInAnyOrder("formulary/v1/home/reply/a1", "answers/me");
            assertThat(shipped.arrivals).extracting(arrival -> new String(arrival.body(), StandardCharsets.UTF_8))
                    .contains("{\"q\":1}", "{\"q\":2}", "{\"q\":3}");
            old.disconnect();
        }
    }

    @Test
    void aTopicThatNamesNoDialectIsAnsweredWithTheRightOnes() throws Exception {
        try (var broker = new Mosquitto(home.resolve("broker"));
                var shipped = connected(broker, new Shipped(home));
                var client = new MqttAsker(broker)) {

            client.ask("formulary/v1/home/chta", "{}", "1", UnaryOperator.identity());
            client.ask("formulary/v1/home/status", "{}", "2", UnaryOperator.identity());
            client.ask("formulary/v1/home/chat", "{}", "3", question -> question.retain(true));
            client.ask("formulary/v1/home/chat", "{}", "4", UnaryOperator.identity());

            await().until(() -> client.replies.size() == 2);
            assertThat(text(client.reply("1"))).contains("\"code\":\"unknown_topic\"",
                    "there are formulary/v1/home/chat, formulary/v1/home/embeddings, formulary/v1/home/messages, "
                            + "formulary/v1/home/ollama-chat, formulary/v1/home/responses");
            assertThat(text(client.reply("4"))).contains("openai-chat");
            assertThat(shipped.arrivals).hasSize(1);
        }
    }

    @Test
    void theSameQuestionTwiceIsAskedOnce() throws Exception {
        try (var broker = new Mosquitto(home.resolve("broker"));
                var shipped = connected(broker, new Shipped(home));
                var client = new MqttAsker(broker)) {

            client.ask("formulary/v1/home/chat", "{\"q\":1}", "7", UnaryOperator.identity());
            await().until(() -> client.replies.size() == 1);
            client.ask("formulary/v1/home/chat", "{\"q\":1}", "7", UnaryOperator.identity());
            await().until(() -> client.replies.size() == 2);
            client.ask("formulary/v1/home/chat", "{\"q\":2}", "7", UnaryOperator.identity());
            await().until(() -> client.replies.size() == 3);

            assertThat(shipped.arrivals).hasSize(2);
        }
    }

    @Test
    void aQuestionThatTheBrokerSendsAgainAfterItsRestartIsAskedAndAnsweredOnce() throws Exception {
        var inside = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        try (var broker = new Mosquitto(home.resolve("broker"));
                var shipped = connected(broker, new Shipped(home).answering("openai-chat", _ -> {
                    inside.countDown();
                    go.await();
                    return Shipped.json("{\"late\":1}");
                }));
                var client = new MqttAsker(broker)) {
            client.ask("formulary/v1/home/chat", "{\"q\":1}", "7", UnaryOperator.identity());
            inside.await();

            broker.stop();
            await().until(() -> shipped.status("mqtt.yaml").message().contains("is not connected"));
            assertThat(shipped.status("mqtt.yaml").state()).isEqualTo(RouteStatus.State.SERVING);
            broker.start();
            await().until(() -> shipped.status("mqtt.yaml").message().isEmpty());
            go.countDown();

            await().until(() -> client.replies.size() == 1);
            client.ask("formulary/v1/home/ollama-chat", "{}", "8", UnaryOperator.identity());
            await().until(() -> client.replies.size() == 2);
            assertThat(text(client.reply("7"))).isEqualTo("{\"late\":1}");
            assertThat(shipped.arrivals).hasSize(2);
        }
    }

    @Test
    void questionsWaitAtTheBrokerWhileTheGatewayIsAway() throws Exception {
        try (var broker = new Mosquitto(home.resolve("broker")); var client = new MqttAsker(broker)) {
            try (var shipped = connected(broker, new Shipped(home))) {
                client.ask("formulary/v1/home/chat", "{}", "1", UnaryOperator.identity());
                await().until(() -> client.has("1"));
                // the answer is out before its question is acknowledged; cut off in between, the question comes again
                assertThat(shipped.routes().drain(Duration.ofSeconds(10))).isTrue();
            }
            client.ask("formulary/v1/home/chat", "{}", "2", UnaryOperator.identity());

            try (var _ = connected(broker, new Shipped(home))) {
                await().until(() -> client.has("2"));
                assertThat(text(client.reply("2"))).contains("openai-chat");
                assertThat(client.replies).hasSize(2);
            }
        }
    }

    /// A file comes after another, and a topic of its own may look like one of another's pattern.
    @Test
    void whatWaitsAtTheBrokerIsAnsweredByTheRouteOfWhicheverFile() throws Exception {
        try (var broker = new Mosquitto(home.resolve("broker")); var client = new MqttAsker(broker)) {
            connected(broker, inManyFiles()).close();
            List<String> topics = List.of("mine/home/first", "mine/home/last", "formulary/v1/home/chat", "other/home");
            for (int i = 0; i < 40; i++) {
                client.ask(topics.get(i % topics.size()), "{}", "q" + i, UnaryOperator.identity());
            }

            try (var shipped = connected(broker, inManyFiles())) {
                await().untilAsserted(() -> assertThat(client.answered()).hasSize(40));
                assertThat(shipped.arrivals).hasSize(40);
                for (int i = 0; i < 40; i += 4) {
                    assertThat(text(client.reply("q" + i))).contains("anthropic-messages");
                    assertThat(text(client.reply("q" + (i + 1)))).contains("ollama-chat");
                    assertThat(text(client.reply("q" + (i + 2)))).contains("openai-chat");
                    assertThat(text(client.reply("q" + (i + 3)))).contains("openai-responses");
                }
            }
        }
    }

    @Test
    void aRouteThatMovesToAnotherFileMissesNothing() throws Exception {
        String route = """
            - from:
                uri: mqtt5:mine/{{node}}/moving
                steps:
                  - to: formulary:ollama-chat
            """;
        try (var broker = new Mosquitto(home.resolve("broker"));
                var shipped = connected(broker, inManyFiles());
                var client = new MqttAsker(broker)) {
            shipped.write("b.yaml", route);
            for (int i = 0; i < 200; i++) {
                client.ask("mine/home/moving", "{}", "q" + i, UnaryOperator.identity());
                if (i % 20 == 10) {
                    boolean back = i % 40 == 10;
                    shipped.put(back ? "b.yaml" : "y.yaml", route.replace("moving", back ? "b" : "y"));
                    shipped.write(back ? "y.yaml" : "b.yaml", route);
                }
            }

            await().untilAsserted(() -> assertThat(client.answered()).hasSize(200));
            assertThat(client.replies).allMatch(reply -> text(reply).contains("ollama-chat"));
            assertThat(shipped.status("b.yaml").message() + shipped.status("y.yaml").message()).isEmpty();
        }
    }

    private Shipped inManyFiles() throws Exception {
        var shipped = new Shipped(home);
        Map.of("a.yaml", "mine/{{node}}/+ anthropic-messages", "n.yaml", "mine/{{node}}/last ollama-chat", "z.yaml",
                "other/{{node}} openai-responses").forEach((file, route) -> shipped.put(file, """
                    - from:
                        uri: mqtt5:%s
                        steps:
                          - to: formulary:%s
                    """.formatted((Object[]) route.split(" ", -1))));
        return shipped;
    }

    @Test
    void whatGoesWrongIsToldInTheDialectOfTheTopic() throws Exception {
        try (var broker = new Mosquitto(home.resolve("broker"));
                var _ = connected(broker, new Shipped(home).answering("ollama-chat", _ -> {
                    throw new IllegalStateException("inner detail");
                }).answering("anthropic-messages", _ -> {
                    throw new IllegalStateException("inner detail");
                }).answering("openai-chat", _ -> new Answer.Streamed(200, "text/event-stream", Map.of(),
                        new Answer.Frames() {
                            @Override
                            public byte @Nullable [] next() {
                                return null;
                            }

                            @Override
                            public void close() {}
                        })));
                var client = new MqttAsker(broker)) {

            client.ask("formulary/v1/home/ollama-chat", "{}", "1", UnaryOperator.identity());
            client.ask("formulary/v1/home/chat", "{}", "2", UnaryOperator.identity());

            client.ask("formulary/v1/home/messages", "{}", "3", UnaryOperator.identity());

            await().until(() -> client.replies.size() == 3);
            assertThat(text(client.reply("1")))
                    .isEqualTo("{\"error\":\"the route for 'formulary/v1/home/ollama-chat' failed\"}");
            assertThat(text(client.reply("2"))).contains("\"code\":\"internal_error\"");
            assertThat(text(client.reply("3"))).startsWith("{\"type\":\"error\",\"error\":{\"type\":\"api_error\",");
        }
    }

    @Test
    void aCopiedRouteServesItsTopicAndAReloadLosesNothing() throws Exception {
        try (var broker = new Mosquitto(home.resolve("broker"));
                var shipped = connected(broker, new Shipped(home));
                var client = new MqttAsker(broker)) {
            shipped.write("mine.yaml", """
                - from:
                    uri: mqtt5:mine/{{node}}/ask
                    steps:
                      - setBody: { simple: "{\\"was\\":${body}}" }
                      - to: formulary:openai-chat
                      - setBody: { simple: "[${body}]" }
                """);
            // what is asked before the broker knows of the topic is for nobody
            await().until(() -> {
                client.ask("mine/home/ask", "0", "first", UnaryOperator.identity());
                return client.answered().contains("first");
            });
            for (int i = 0; i < 30; i++) {
                client.ask("mine/home/ask", "1", "m" + i, UnaryOperator.identity());
                if (i % 10 == 5) {
                    shipped.write("mine.yaml", shipped.text("mine.yaml") + "# again\n");
                }
            }

            // a broker that loses the connection meanwhile sends questions again, and gets their answers once more
            await().until(() -> client.answered().size() == 31);
            assertThat(text(client.reply("m29"))).isEqualTo("[{\"entrance\":\"openai-chat\"}]");
            assertThat(shipped.arrivals).hasSize(31);
            assertThat(shipped.arrivals.getFirst().body()).asString().isEqualTo("{\"was\":0}");
        }
    }

    @Test
    void aBrokerThatIsNotThereDoesNotKeepTheRestFromServing() throws Exception {
        var broker = new Mosquitto(home.resolve("broker"));
        broker.stop();
        try (var shipped = new Shipped(home).broker(broker.settings()).start(); broker) {
            assertThat(shipped.post("/v1/chat/completions", "{}").statusCode()).isEqualTo(200);
            assertThat(shipped.status("mqtt.yaml").message()).contains("not connected");

            broker.start();

            await().until(() -> shipped.status("mqtt.yaml").message().isEmpty());
        }
    }

    static Shipped connected(Mosquitto broker, Shipped shipped) throws Exception {
        shipped.broker(broker.settings()).start();
        await().until(() -> shipped.status("mqtt.yaml").message().isEmpty());
        return shipped;
    }

    static String text(Mqtt5Publish message) {
        return new String(message.getPayloadAsBytes(), StandardCharsets.UTF_8);
    }
}
