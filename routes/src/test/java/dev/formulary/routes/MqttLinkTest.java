package dev.formulary.routes;

import static dev.formulary.routes.MqttRoutesTest.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import dev.formulary.engine.mqtt.Incoming;
import dev.formulary.engine.mqtt.MqttLink;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a node tells its broker of itself, and what other parts of it can do with the link; by both versions of the protocol.
class MqttLinkTest {
    private static final String STATUS = "formulary/v1/home/status";

    @TempDir
    Path home;

    @BeforeEach
    void patience() {
        org.awaitility.Awaitility.setDefaultTimeout(Duration.ofSeconds(20));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theBrokerSaysOnlineWhileANodeIsThereAndOfflineWhenItIsLostOrLeaves(boolean former) throws Exception {
        try (var broker = new Mosquitto(home.resolve("broker"));
                var relay = new Relay(broker.port,
                        former ? Relay.Part.FORMER_BROKER : Relay.Part.NETWORK)) {
            try (var link = new MqttLink(broker.settings(relay.port, former), "home");
                    var client = new MqttAsker(broker)) {
                client.subscribe(STATUS);
                link.listen("formulary/v1/home/button", _ -> {});
                link.connect();
                await().until(() -> said(client).equals(List.of("online")));

                relay.cut();

                await().until(() -> said(client).equals(List.of("online", "offline", "online")));
                relay.cut();
                await().untilAsserted(() -> assertThat(said(client)).as("the will is told with each connection")
                        .containsExactly("online", "offline", "online", "offline", "online"));
            }
            try (var late = new MqttAsker(broker, "late")) {
                late.subscribe(STATUS);
                await().until(() -> said(late).equals(List.of("offline")));
                assertThat(late.replies).allMatch(Mqtt5Publish::isRetain);
            }
        }
    }

    private static List<String> said(MqttAsker client) {
        return client.replies.stream().map(MqttRoutesTest::text).toList();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void othersTellHearAndAreToldOfEachConnection(boolean former) throws Exception {
        try (var broker = new Mosquitto(home.resolve("broker"));
                var link = new MqttLink(broker.settings(broker.port, former), "home");
                var client = new MqttAsker(broker)) {
            List<String> heard = new CopyOnWriteArrayList<>();
            var connections = new AtomicInteger();
            link.connect();
            assertThat(link.publish("things/1", bytes("early"), false)).isCompletedExceptionally();
            link.onConnected(() -> {
                connections.incrementAndGet();
                var _ = link.publish("things/1", bytes("there"), true);
            });
            client.ask("house/status", "before", "1", message -> message.retain(true));
            var subscription = link.listen("house/+", message -> heard.add(told(message)));
            await().until(() -> connections.get() == 1 && heard.contains("house/status before true"));

            broker.stop();
            await().until(() -> !link.problem().isEmpty());
            broker.start();
            await().until(() -> connections.get() >= 2);
            client.ask("house/status", "now", "2", UnaryOperator.identity());
            await().until(() -> heard.contains("house/status now false"));

            subscription.close();
            client.subscribe("things/#");
            await().until(() -> client.replies.stream().anyMatch(reply -> text(reply).equals("there")));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatWaitsAtTheBrokerComesWhenAllAreThereToHearIt(boolean former) throws Exception {
        try (var broker = new Mosquitto(home.resolve("broker")); var client = new MqttAsker(broker)) {
            Set<String> heard = ConcurrentHashMap.newKeySet();
            for (String time : List.of("before", "after")) {
                try (var link = new MqttLink(broker.settings(broker.port, former), "home")) {
                    link.listen("house/one", message -> heard.add(told(message)));
                    assertThat(link.problem()).isEqualTo("not connected yet");
                    link.listen("house/other", message -> heard.add(told(message)));
                    link.connect();
                    await().until(() -> link.problem().isEmpty());
                    await().until(() -> time.equals("before") || heard.size() == 2);
                }
                client.say("house/one", time);
                client.say("house/other", time);
            }
            assertThat(heard).containsExactlyInAnyOrder("house/one before false", "house/other before false");
        }
    }

    @Test
    void aListenerThatFailsHarmsNobody() throws Exception {
        try (var broker = new Mosquitto(home.resolve("broker"));
                var link = new MqttLink(broker.settings(), "home");
                var client = new MqttAsker(broker)) {
            List<String> heard = new CopyOnWriteArrayList<>();
            link.listen("house/#", message -> heard.add(told(message)));
            link.listen("house/bad", _ -> {
                throw new IllegalStateException("not understood");
            });
            link.connect();
            await().until(() -> link.problem().isEmpty());

            client.ask("house/bad", "1", "1", UnaryOperator.identity());
            client.ask("house/good", "2", "2", UnaryOperator.identity());

            await().until(() -> heard.equals(List.of("house/good 2 false")));
            await().until(() -> link.inFlight() == 0);
        }
    }

    private static String told(Incoming message) {
        return message.topic() + " " + new String(message.payload(), StandardCharsets.UTF_8) + " " + message.retained();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
