package dev.formulary.routes;

import static dev.formulary.routes.MqttRoutesTest.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.formulary.engine.config.MqttSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A broker that knows MQTT 3.1.1 only, and how many messages are in hand at once by either version.
class MqttVersionsTest {
    private static final String CHAT = "formulary/v1/home/chat";

    @TempDir
    Path home;

    @BeforeEach
    void patience() {
        org.awaitility.Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
    }

    @Test
    void aBrokerThatKnowsTheFormerVersionOnlyServesALinkOfThatVersion() throws Exception {
        try (var broker = new Mosquitto(home.resolve("broker"));
                var relay = new Relay(broker.port, Relay.Part.FORMER_BROKER);
                var shipped = new Shipped(home).broker(broker.settings(relay.port, true)).start();
                var client = new MqttAsker(broker)) {
            await().until(() -> shipped.status("mqtt.yaml").message().isEmpty());
            client.subscribe("formulary/v1/home/reply/+");

            client.say(CHAT, "{\"id\":\"a1\",\"q\":1}");
            client.say(CHAT, "{\"id\":\"a2\",\"reply_to\":\"answers/me\"}");
            // before its answer the same question would be the same question
            await().until(() -> client.replies.size() == 2);
            client.say(CHAT, "{\"id\":\"a1\",\"q\":1}");

            await().until(() -> client.replies.size() == 3);
            assertThat(client.replies).extracting(reply -> reply.getTopic().toString()).containsExactlyInAnyOrder(
                    "formulary/v1/home/reply/a1", "formulary/v1/home/reply/a1", "answers/me");
            assertThat(shipped.arrivals).hasSize(2);
            assertThat(relay.levels).isNotEmpty().allMatch(level -> level == 4);

            relay.cut();
            await().until(() -> shipped.status("mqtt.yaml").message().isEmpty());
            client.say(CHAT, "{\"id\":\"a3\"}");
            await().until(() -> client.replies.size() == 4);
        }
    }

    @Test
    void whoAsksAgainBeforeTheGatewayKnowsThatItsAnswerArrivedGetsItOnceMore() throws Exception {
        try (var broker = new Mosquitto(home.resolve("broker"));
                var relay = new Relay(broker.port, Relay.Part.NETWORK);
                var shipped = new Shipped(home).broker(broker.settings(relay.port, false)).start();
                var client = new MqttAsker(broker)) {
            await().until(() -> shipped.status("mqtt.yaml").message().isEmpty());
            relay.hold();

            client.ask(CHAT, "{}", "a1", UnaryOperator.identity());
            await().until(() -> client.replies.size() == 1);
            long before = relay.passed.get();
            client.ask(CHAT, "{}", "a1", UnaryOperator.identity());
            await().until(() -> relay.passed.get() > before);
            relay.goOn();

            await().until(() -> client.replies.size() == 2);
            assertThat(shipped.arrivals).hasSize(1);
        }
    }

    @Test
    void aLinkOfTheNewerVersionSaysWhatIsWrongWithSuchABroker() throws Exception {
        try (var broker = new Mosquitto(home.resolve("broker"));
                var relay = new Relay(broker.port, Relay.Part.FORMER_BROKER);
                var shipped = new Shipped(home).broker(broker.settings(relay.port, false)).start()) {
            await().until(() -> shipped.status("mqtt.yaml").message().contains("mqtt.version: 3.1.1"));
        }
    }

    @Test
    void theBrokerIsToldHowLongToKeepTheSessionAndHowManyToSend() throws Exception {
        try (var broker = new Mosquitto(home.resolve("broker"));
                var relay = new Relay(broker.port, Relay.Part.NETWORK);
                var shipped = new Shipped(home).broker(broker.settings(relay.port, false)).start()) {
            await().until(() -> shipped.status("mqtt.yaml").message().isEmpty());

            // session expiry (17) a day, receive maximum (33) 64
            assertThat(relay.heads).anyMatch(head -> head.contains("08" + "1100015180" + "210040"));
        }
    }

    @Test
    void aBrokerThatSendsMoreThanItMayIsLetToAndNoMoreAreInHand() throws Exception {
        int most = 4;
        int asked = 15;
        var inside = new AtomicInteger();
        var peak = new AtomicInteger();
        var go = new CountDownLatch(1);
        try (var broker = new Mosquitto(home.resolve("broker"));
                var relay = new Relay(broker.port, Relay.Part.HEEDLESS_BROKER);
                var shipped = new Shipped(home).broker(new MqttSettings("mqtt://127.0.0.1:" + relay.port, null, null,
                        most, null, "5", Duration.ofDays(1))).answering("openai-chat", _ -> {
                            peak.accumulateAndGet(inside.incrementAndGet(), Math::max);
                            go.await();
                            inside.decrementAndGet();
                            return Shipped.named("openai-chat");
                        }).start();
                var client = new MqttAsker(broker)) {
            await().until(() -> shipped.status("mqtt.yaml").message().isEmpty());
            for (int i = 0; i < asked; i++) {
                client.ask(CHAT, "{}", "q" + i, UnaryOperator.identity());
            }

            await().until(() -> relay.heads.stream().filter(head -> head.contains("210004")).count() == 2
                    && relay.heads.size() >= 3);
            assertThat(relay.heads.getLast()).doesNotContain("210004");
            go.countDown();

            await().until(() -> client.answered().size() == asked);
            assertThat(peak.get()).isEqualTo(most);
            assertThat(shipped.arrivals).hasSize(asked);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void noMoreQuestionsAreInHandAtOnceThanAllowed(boolean former) throws Exception {
        int most = 4;
        int asked = 30;
        var inside = new AtomicInteger();
        var peak = new AtomicInteger();
        var go = new CountDownLatch(1);
        try (var broker = new Mosquitto(home.resolve("broker"));
                var shipped = new Shipped(home).broker(new MqttSettings("mqtt://127.0.0.1:" + broker.port, null, null,
                        most, null, former ? "3.1.1" : "5", Duration.ofDays(1))).answering("openai-chat", _ -> {
                            peak.accumulateAndGet(inside.incrementAndGet(), Math::max);
                            go.await();
                            inside.decrementAndGet();
                            return Shipped.named("openai-chat");
                        }).start();
                var client = new MqttAsker(broker)) {
            await().until(() -> shipped.status("mqtt.yaml").message().isEmpty());
            for (int i = 0; i < asked; i++) {
                String id = "q" + i;
                if (former) {
                    client.say(CHAT, "{\"reply_to\":\"answers/" + id + "\",\"id\":\"" + id + "\"}");
                } else {
                    client.ask(CHAT, "{}", id, UnaryOperator.identity());
                }
            }

            await().until(() -> inside.get() == most);
            assertThat(client.replies).isEmpty();
            go.countDown();

            await().until(() -> client.replies.size() >= asked);
            assertThat(peak.get()).isEqualTo(most);
            assertThat(client.replies).allMatch(reply -> text(reply).contains("openai-chat"));
        }
    }
}
