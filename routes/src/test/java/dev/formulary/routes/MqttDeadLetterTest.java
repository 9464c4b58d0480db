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
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What becomes of messages that nobody can be told of, or that the gateway fails at.
class MqttDeadLetterTest {
    private static final String CHAT = "formulary/v1/home/chat";
    private static final String DEAD = "formulary/v1/home/dead-letter";
    private static final int MOST = 1_000_000;

    @TempDir
    Path home;

    @BeforeEach
    void patience() {
        org.awaitility.Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
    }

    private static List<Mqtt5Publish> dead(MqttAsker client) {
        return client.replies.stream().filter(reply -> reply.getTopic().toString().equals(DEAD)).toList();
    }

    private static List<String> properties(Mqtt5Publish message) {
        return message.getUserProperties().asList().stream().map(each -> each.getName() + "=" + each.getValue())
                .toList();
    }

    @Test
    void whatNobodyCanBeToldOfIsADeadLetterAsItCame() throws Exception {
        try (var broker = new Mosquitto(home.resolve("broker"));
                var shipped = connected(broker, new Shipped(home));
                var client = new MqttAsker(broker)) {
            client.subscribe(DEAD);
            client.say(CHAT, "no JSON at all");
            client.say(CHAT, "{\"x\":\"" + "y".repeat(MOST) + "\"}");
            client.say(CHAT, "z".repeat(2 * MOST));

            await().until(() -> dead(client).size() == 3);
            assertThat(dead(client)).anySatisfy(letter -> {
                assertThat(text(letter)).isEqualTo("no JSON at all");
                assertThat(properties(letter)).contains("reason=unreadable", "topic=" + CHAT, "size=14");
            }).anySatisfy(letter -> {
                assertThat(letter.getPayloadAsBytes()).hasSize(MOST + 8);
                assertThat(properties(letter)).contains("reason=too-large", "why=more than 1000000 bytes");
            }).anySatisfy(letter -> {
                assertThat(letter.getPayloadAsBytes()).isEmpty();
                assertThat(properties(letter)).contains("reason=too-large", "size=2000000");
            });
            assertThat(dead(client)).allMatch(letter -> !letter.isRetain());
            await().until(() -> shipped.routes().inFlight() == 0);
            assertThat(shipped.arrivals).isEmpty();
        }
    }

    @Test
    void whoCanBeToldIsToldAndThatIsNoDeadLetter() throws Exception {
        try (var broker = new Mosquitto(home.resolve("broker"));
                var _ = connected(broker, new Shipped(home).answering("openai-chat",
                        _ -> new Answer.Whole(400, "application/json", Map.of(),
                                "{}".getBytes(StandardCharsets.UTF_8))));
                var client = new MqttAsker(broker)) {
            client.subscribe(DEAD);
            client.ask(CHAT, "y".repeat(MOST + 1), "large", UnaryOperator.identity());
            client.ask(CHAT, "no JSON at all", "refused", UnaryOperator.identity());

            await().until(() -> client.has("large") && client.has("refused"));
            assertThat(text(client.reply("large"))).contains("request_too_large", "1000000 bytes");
            assertThat(properties(client.reply("large"))).contains("status=413");
            assertThat(properties(client.reply("refused"))).contains("status=400");
            assertThat(dead(client)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatTheGatewayFailsAtThreeTimesIsADeadLetterAndItsAskerIsTold(boolean byException) throws Exception {
        try (var broker = new Mosquitto(home.resolve("broker"));
                var shipped = connected(broker, new Shipped(home).answering("openai-chat", _ -> {
                    if (byException) {
                        throw new IllegalStateException("inner detail");
                    }
                    return new Answer.Whole(500, "application/json", Map.of(), "{}".getBytes(StandardCharsets.UTF_8));
                }));
                var client = new MqttAsker(broker)) {
            client.subscribe(DEAD);
            client.ask(CHAT, "{\"q\":1}", "7", UnaryOperator.identity());

            await().until(() -> client.replies.size() == 2);
            assertThat(shipped.arrivals).hasSize(3);
            assertThat(text(dead(client).getFirst())).isEqualTo("{\"q\":1}");
            assertThat(properties(dead(client).getFirst())).contains("reason=failed", "topic=" + CHAT)
                    .noneMatch(each -> each.contains("inner detail"));
            assertThat(client.replies).anyMatch(reply -> properties(reply).contains("status=500"));
        }
    }

    /// Each gateway is cut off with the question in hand, as if it had been killed; nothing of it ends in good order.
    @Test
    void aQuestionThatEndedTheGatewayThreeTimesIsNotTriedAFourthTime() throws Exception {
        List<Shipped> killed = new ArrayList<>();
        try (var broker = new Mosquitto(home.resolve("broker")); var client = new MqttAsker(broker)) {
            client.subscribe(DEAD);
            for (int i = 0; i < 3; i++) {
                var inside = new CountDownLatch(1);
                try (var relay = new Relay(broker.port, Relay.Part.NETWORK)) {
                    var shipped = new Shipped(home).broker(broker.settings(relay.port, false))
                            .answering("openai-chat", _ -> {
                                inside.countDown();
                                new CountDownLatch(1).await();
                                return Shipped.json("{}");
                            }).start();
                    killed.add(shipped);
                    if (i == 0) {
                        await().until(() -> shipped.status("mqtt.yaml").message().isEmpty());
                        client.ask(CHAT, "{\"q\":1}", "7", UnaryOperator.identity());
                    }
                    inside.await();
                }
            }

            try (var last = connected(broker, new Shipped(home))) {
                await().until(() -> client.replies.size() == 2);
                assertThat(properties(dead(client).getFirst())).contains("reason=failed");
                assertThat(client.replies).anyMatch(reply -> text(reply).contains("\"code\":\"given_up\""));
                assertThat(last.arrivals).isEmpty();
            }
        } finally {
            killed.forEach(Shipped::close);
        }
    }

    @Test
    void oneFaultIsMadeGoodByTryingAgain() throws Exception {
        var tries = new java.util.concurrent.atomic.AtomicInteger();
        try (var broker = new Mosquitto(home.resolve("broker"));
                var _ = connected(broker, new Shipped(home).answering("openai-chat", _ -> {
                    if (tries.incrementAndGet() == 1) {
                        throw new IllegalStateException("once");
                    }
                    return Shipped.named("second");
                }));
                var client = new MqttAsker(broker)) {
            client.subscribe(DEAD);
            client.ask(CHAT, "{}", "7", UnaryOperator.identity());

            await().until(() -> client.has("7"));
            assertThat(text(client.reply("7"))).contains("second");
            assertThat(dead(client)).isEmpty();
        }
    }

    @Test
    void aBrokerOfTheFormerVersionGetsItInAJsonObject() throws Exception {
        try (var broker = new Mosquitto(home.resolve("broker"));
                var shipped = new Shipped(home).broker(broker.settings(broker.port, true)).start();
                var client = new MqttAsker(broker)) {
            await().until(() -> shipped.status("mqtt.yaml").message().isEmpty());
            client.subscribe(DEAD);
            client.say(CHAT, "nothing");

            await().until(() -> dead(client).size() == 1);
            assertThat(text(dead(client).getFirst())).startsWith("{\"reason\":\"unreadable\",\"why\":\"")
                    .contains("\"topic\":\"" + CHAT + "\"").endsWith("\"payload\":\"bm90aGluZw==\"}");
        }
    }
}
