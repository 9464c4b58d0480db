package dev.formulary.routes;

import static dev.formulary.routes.MqttRoutesTest.connected;
import static dev.formulary.routes.MqttRoutesTest.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import dev.formulary.engine.facts.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How a gateway gets on with a broker: who it trusts, whom it shares with, what it remembers of it.
class MqttBrokerTest {
    private static final String CHAT = "formulary/v1/home/chat";

    @TempDir
    Path home;

    @BeforeEach
    void patience() {
        org.awaitility.Awaitility.setDefaultTimeout(Duration.ofSeconds(20));
    }

    @Test
    void aBrokerWithACertificateOfItsOwnAuthorityIsAskedByTls() throws Exception {
        try (var broker = Mosquitto.secured(home.resolve("broker"));
                var _ = connected(broker, new Shipped(home));
                var client = new MqttAsker(broker)) {

            client.ask(CHAT, "{}", "1", UnaryOperator.identity());

            await().until(() -> client.has("1"));
            assertThat(text(client.reply("1"))).contains("openai-chat");
        }
    }

    @Test
    void aBrokerOfAnUnknownAuthorityIsNotTrustedAndNobodyGetsInWithAWrongPassword() throws Exception {
        try (var broker = Mosquitto.secured(home.resolve("broker"));
                var stranger = new Shipped(home.resolve("a")).broker(broker.settings("anything", null)).start();
                var guesser = new Shipped(home.resolve("b")).node("b")
                        .broker(broker.settings("guess", broker.settings().ca())).start()) {

            await().until(() -> stranger.status("mqtt.yaml").message().contains("unable to find valid certification"));
            await().until(() -> guesser.status("mqtt.yaml").message()
                    .contains(OwnBroker.isWanted() ? "BAD_USER_NAME_OR_PASSWORD" : "NOT_AUTHORIZED"));
        }
    }

    @Test
    void aFileWithoutCertificatesIsRefusedByName() throws Exception {
        Path empty = Files.writeString(home.resolve("ca.pem"), "nothing\n");
        try (var broker = new Mosquitto(home.resolve("broker"))) {
            var shipped = new Shipped(home).broker(broker.settings("x", empty));

            assertThatThrownBy(shipped::start).isInstanceOf(IOException.class).hasMessageContaining("mqtt.ca: ")
                    .hasMessageContaining("ca.pem holds no certificate");
        }
    }

    @Test
    void nodesShareTheQuestionsOfAGroup() throws Exception {
        String route = """
            - from:
                uri: mqtt5:$share/desk/questions/+
                steps:
                  - to: formulary:openai-chat
            """;
        try (var broker = new Mosquitto(home.resolve("broker"));
                var one = connected(broker, new Shipped(home.resolve("one")).node("one"));
                var two = connected(broker, new Shipped(home.resolve("two")).node("two"));
                var client = new MqttAsker(broker)) {
            one.write("shared.yaml", route);
            two.write("shared.yaml", route);
            int asked = 0;
            while (one.arrivals.isEmpty() || two.arrivals.isEmpty()) {
                String id = "q" + asked++;
                client.ask("questions/chat", "{\"q\":" + asked + "}", id, UnaryOperator.identity());
                await().until(() -> client.has(id));
            }

            assertThat(client.answered()).hasSize(asked);
            assertThat(one.arrivals.size() + two.arrivals.size()).as("each is asked once").isEqualTo(asked);
        }
    }

    @Test
    void aQuestionAnsweredBeforeARestartGetsTheSameAnswerAgain() throws Exception {
        var first = new Answer.Whole(200, "text/plain", Map.of("X-Formulary-Decision", "the first"),
                "hello".getBytes(StandardCharsets.UTF_8));
        try (var broker = new Mosquitto(home.resolve("broker")); var client = new MqttAsker(broker)) {
            try (var shipped = connected(broker, new Shipped(home).answering("openai-chat", _ -> first))) {
                client.ask(CHAT, "{\"q\":1}", "7", UnaryOperator.identity());
                await().until(() -> client.has("7"));
                assertThat(shipped.routes().drain(Duration.ofSeconds(10))).isTrue();
            }

            // as a broker does that did not get the acknowledgement
            client.ask(CHAT, "{\"q\":1}", "7", UnaryOperator.identity());
            client.ask(CHAT, "{\"q\":2}", "8", UnaryOperator.identity());
            try (var again = connected(broker, new Shipped(home))) {
                await().until(() -> client.has("8"));
                assertThat(again.routes().drain(Duration.ofSeconds(10))).isTrue();
                assertThat(again.arrivals).hasSize(1);
                await().until(() -> client.replies.size() == 3);
                List<Mqtt5Publish> twice = client.replies.stream()
                        .filter(reply -> text(reply).equals("hello")).toList();
                assertThat(twice).hasSize(2);
                assertThat(twice.get(1).getUserProperties()).isEqualTo(twice.get(0).getUserProperties());
                assertThat(twice.get(1).getContentType()).isEqualTo(twice.get(0).getContentType());
            }
        }
    }

    @Test
    void aQuestionUnderWayAtARestartIsAskedAgain() throws Exception {
        var inside = new CountDownLatch(1);
        try (var broker = new Mosquitto(home.resolve("broker")); var client = new MqttAsker(broker)) {
            try (var _ = connected(broker, new Shipped(home).answering("openai-chat", _ -> {
                inside.countDown();
                new CountDownLatch(1).await();
                return Shipped.json("{}");
            }))) {
                client.ask(CHAT, "{\"q\":1}", "7", UnaryOperator.identity());
                inside.await();
            }

            try (var again = connected(broker, new Shipped(home))) {
                await().until(() -> client.has("7"));
                assertThat(again.arrivals).hasSize(1);
            }
        }
    }
}
