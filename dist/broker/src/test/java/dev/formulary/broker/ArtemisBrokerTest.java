package dev.formulary.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What clients of MQTT 5 and 3.1.1 need of a broker.
class ArtemisBrokerTest {
    @TempDir
    Path folder;

    @BeforeEach
    void patience() {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(20));
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "311"})
    void mosquittosClientsHearOfEachOther(String version) throws Exception {
        House house = House.at(folder);
        try (var _ = house.open()) {
            Mosquitto.Said said = Mosquitto.publish(house.port(), "-V", version, "-q", "1", "-r", "-t",
                    "formulary/v1/home/status", "-m", "online");
            Process listener = Mosquitto.subscribe(house.port(), "-V", version, "-q", "1", "-t",
                    "formulary/v1/+/status",
                    "-C", "1", "-W", "20", "-v");

            assertThat(said.output()).isEmpty();
            assertThat(Mosquitto.end(listener).output()).isEqualTo("formulary/v1/home/status online\n");
        }
    }

    @Test
    void questionsKeepTheirPropertiesAndFormerClientsHearOfThem() throws Exception {
        House house = House.at(folder);
        try (var _ = house.open();
                var gateway = new Client(house.port(), "gateway").connect();
                var asker = new Client(house.port(), "asker").connect()) {
            var former = former(house, "former");
            var heard = new java.util.concurrent.CopyOnWriteArrayList<String>();
            former.connect(new MqttConnectOptions());
            former.subscribe("formulary/#", 1, (topic, message) -> heard.add(topic + " " + message));
            gateway.subscribe("formulary/v1/home/chat");
            var properties = new MqttProperties();
            properties.setResponseTopic("formulary/answers/a");
            properties.setCorrelationData(new byte[]{1, 0, 2});
            properties.setUserProperties(List.of(new UserProperty("need", "crisis_intervention")));
            properties.setContentType("application/json");
            asker.paho.publish("formulary/v1/home/chat",
                    new MqttMessage("{\"model\":\"auto\"}".getBytes(StandardCharsets.UTF_8), 1, false, properties));

            await().until(() -> gateway.got.size() == 1 && heard.size() == 1);
            MqttProperties got = gateway.got.getFirst().message().getProperties();
            assertThat(got.getResponseTopic()).isEqualTo("formulary/answers/a");
            assertThat(got.getCorrelationData()).containsExactly(1, 0, 2);
            assertThat(got.getUserProperties()).containsExactly(new UserProperty("need", "crisis_intervention"));
            assertThat(got.getContentType()).isEqualTo("application/json");
            assertThat(heard).containsExactly("formulary/v1/home/chat {\"model\":\"auto\"}");
            former.disconnect();
            former.close();
        }
    }

    private static org.eclipse.paho.client.mqttv3.MqttClient former(House house, String id) throws Exception {
        return new org.eclipse.paho.client.mqttv3.MqttClient("tcp://127.0.0.1:" + house.port(), id,
                new org.eclipse.paho.client.mqttv3.persist.MemoryPersistence());
    }

    @Test
    void aLastWillIsToldAndRetainedAndGoesWithAnEmptyMessage() throws Exception {
        House house = House.at(folder);
        try (var _ = house.open(); var watcher = new Client(house.port(), "watcher").connect()) {
            watcher.subscribe("formulary/v1/lost/status");
            watcher.subscribe("formulary/lost");
            Process lost = Mosquitto.start("mosquitto_pub", house.port(), "-V", "5", "-i", "lost", "-t",
                    "formulary/lost",
                    "-x", "3600", "-c", "-l", "--will-topic", "formulary/v1/lost/status", "--will-payload", "offline",
                    "--will-qos", "1",
                    "--will-retain");
            lost.outputWriter().append("here\n").flush();
            await().until(() -> watcher.texts().equals(List.of("here")));
            lost.destroyForcibly().waitFor();

            await().until(() -> watcher.texts().equals(List.of("here", "offline")));
            try (var later = new Client(house.port(), "later").connect()) {
                later.subscribe("formulary/v1/+/status");
                await().until(() -> later.texts().equals(List.of("offline")));
                assertThat(later.got.getFirst().message().isRetained()).isTrue();
                later.publish("formulary/v1/lost/status", "", true);
            }
            try (var last = new Client(house.port(), "last").connect()) {
                last.publish("formulary/end", "end", true);
                last.subscribe("formulary/#");
                await().until(() -> last.texts().contains("end"));
                assertThat(last.texts()).doesNotContain("offline");
            }
        }
    }

    @Test
    void eachMessageOfASharedSubscriptionGoesToOneOfTheGroup() throws Exception {
        House house = House.at(folder);
        try (var _ = house.open();
                var one = new Client(house.port(), "one").connect();
                var two = new Client(house.port(), "two").connect();
                var asker = new Client(house.port(), "asker").connect()) {
            assertThat(one.subscribe("$share/desk/formulary/questions/+")).isEqualTo(1);
            assertThat(two.subscribe("$share/desk/formulary/questions/+")).isEqualTo(1);
            for (int i = 0; i < 20; i++) {
                asker.publish("formulary/questions/chat", "q" + i, false);
            }

            await().until(() -> one.got.size() + two.got.size() >= 20);
            assertThat(one.got).isNotEmpty();
            assertThat(two.got).isNotEmpty();
            assertThat(one.texts()).doesNotContainAnyElementsOf(two.texts()).hasSize(20 - two.got.size());
        }
    }

    @Test
    void messagesOfATopicKeepTheirOrderThoughManyAreUnderWay() throws Exception {
        House house = House.at(folder).memory(16 << 20, 5_000);
        try (var _ = house.open(); var reader = new Client(house.port(), "reader").connect()) {
            reader.subscribe("formulary/pieces");
            var writer = new org.eclipse.paho.mqttv5.client.MqttAsyncClient("tcp://127.0.0.1:" + house.port(),
                    "writer", new org.eclipse.paho.mqttv5.client.persist.MemoryPersistence());
            writer.connect(Client.options()).waitForCompletion();
            List<String> sent = new java.util.ArrayList<>();
            for (int i = 0; i < 2_000; i++) {
                sent.add("piece " + i);
                writer.publish("formulary/pieces", sent.getLast().getBytes(StandardCharsets.UTF_8), 1, false);
            }

            await().until(() -> reader.got.size() == sent.size());
            assertThat(reader.texts()).isEqualTo(sent);
            writer.disconnect().waitForCompletion();
            writer.close();
        }
    }

    @Test
    void whatWaitsAndWhatIsRetainedOutlivesAKill() throws Exception {
        House house = House.at(folder);
        try (var process = new BrokerProcess(house)) {
            try (var away = new Client(house.port(), "away").connect(Client.staying())) {
                away.subscribe("formulary/v1/home/chat");
                away.paho.disconnect();
            }
            try (var asker = new Client(house.port(), "asker").connect()) {
                asker.publish("formulary/v1/home/chat", "a question", false);
                asker.publish("formulary/v1/home/status", "online", true);
            }
            process.kill();

            try (var back = new Client(house.port(), "away").connect(Client.staying())) {
                await().until(() -> back.texts().equals(List.of("a question")));
                back.subscribe("formulary/v1/+/status");
                await().until(() -> back.texts().equals(List.of("a question", "online")));
            }
        }
    }

    @Test
    void itStartsAgainWhereItWasClosed() throws Exception {
        House house = House.at(folder);
        try (var _ = house.open(); var asker = new Client(house.port(), "asker").connect()) {
            asker.publish("homeassistant/device/x/config", "{}", true);
        }
        try (var _ = house.open(); var reader = new Client(house.port(), "reader").connect()) {
            reader.subscribe("homeassistant/#");
            await().until(() -> reader.texts().equals(List.of("{}")));
        }
        try (var _ = new Socket(java.net.InetAddress.getLoopbackAddress(), house.port())) {
            throw new AssertionError("it still listens");
        } catch (java.net.ConnectException e) {
            assertThat(e).hasMessageContaining("refused");
        }
    }

    @Test
    void aFolderThatCanNotBeWrittenIsToldAndThePortIsFreeAgain() throws Exception {
        House house = House.at(Files.writeString(folder.resolve("file"), "in the way"));
        assertThatIOException().isThrownBy(house::open)
                .withMessageContaining("mqtt.embedded: the broker can't start in ").withMessageContaining("file");
        try (var free = new ServerSocket(house.port(), 1, java.net.InetAddress.getLoopbackAddress())) {
            assertThat(free.isBound()).isTrue();
        }
    }

    @Test
    void aPortThatIsTakenIsNamed() throws Exception {
        House house = House.at(folder);
        try (var _ = new ServerSocket(house.port(), 1, java.net.InetAddress.getLoopbackAddress())) {
            assertThatIOException().isThrownBy(house::open).withMessageContaining(
                    "can't listen on 127.0.0.1:" + house.port()).withMessageContaining("another program");
        }
    }
}
