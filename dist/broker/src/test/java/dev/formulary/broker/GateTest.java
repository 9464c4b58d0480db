package dev.formulary.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.activemq.artemis.core.security.CheckType;
import org.awaitility.Awaitility;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Who may come in, what they may do, and how much of it.
class GateTest {
    private static final int NOT_AUTHORIZED = 0x87;

    @TempDir
    Path folder;

    @BeforeEach
    void patience() {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(20));
    }

    private static MqttConnectionOptions as(String user, String password) {
        MqttConnectionOptions options = Client.options();
        options.setUserName(user);
        options.setPassword(password.getBytes(StandardCharsets.UTF_8));
        return options;
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "311"})
    void onlyThosePassWhoKnowAPassword(String version) throws Exception {
        House house = House.at(folder).users(Map.of("hall", "open sesame"));
        try (var _ = house.open()) {
            String[] usual = {"-V", version, "-q", "1", "-t", "formulary/x", "-m", "x"};

            assertThat(publish(house, usual, "-u", "hall", "-P", "open sesame").exitCode()).isZero();
            assertThat(publish(house, usual, "-u", "hall", "-P", "guess").output()).containsAnyOf(
                    "Bad User Name or Password", "not authori");
            assertThat(publish(house, usual, "-u", "stranger", "-P", "guess").exitCode()).isNotZero();
            assertThat(publish(house, usual, "-u", "hall").exitCode()).isNotZero();
            assertThat(publish(house, usual).exitCode()).isNotZero();
            assertThat(publish(house, usual, "-u", House.GATEWAY, "-P", "guess").exitCode()).isNotZero();
        }
    }

    private static Mosquitto.Said publish(House house, String[] usual, String... more) throws Exception {
        return Mosquitto.publish(house.port(), java.util.stream.Stream.concat(java.util.Arrays.stream(usual),
                java.util.Arrays.stream(more)).toArray(String[]::new));
    }

    @Test
    void whatArtemisAskedFormerlyLetsNobodyInWithoutAPassword() throws Exception {
        var gate = new Gate(House.at(folder).users(Map.of("hall", "sesame")).terms().admission(), 10);

        assertThat(gate.validateUser("hall", "sesame")).isTrue();
        assertThat(gate.validateUser("hall", "wrong")).isFalse();
        assertThat(gate.validateUser(null, null)).isFalse();
        assertThat(gate.validateUserAndRole("hall", "sesame", Set.of(), CheckType.SEND)).isFalse();
    }

    @Test
    void clientsKeepToTheirTopicsAndTheGatewayDoesNot() throws Exception {
        House house = House.at(folder);
        try (var _ = house.open();
                var gateway = new Client(house.port(), "g").connect(as(House.GATEWAY, House.GATEWAY_PASSWORD));
                var client = new Client(house.port(), "c").connect()) {
            assertThat(client.subscribe("formulary/v1/+/status")).isEqualTo(1);
            assertThat(gateway.subscribe("answers/#")).isEqualTo(1);
            for (String filter : List.of("#", "+/x", "other/#", "$share/g/other/#", "$SYS/#", "$sys/mqtt/sessions",
                    "activemq/notifications")) {
                assertThat(refusal(() -> client.subscribe(filter))).as(filter).isGreaterThanOrEqualTo(0x80);
            }
            gateway.publish("answers/1", "an answer", false);
            await().until(() -> gateway.texts().equals(List.of("an answer")));

            assertThat(publish(house, new String[]{"-V", "5", "-q", "1", "-t", "other/x", "-m", "x"}).output())
                    .containsIgnoringCase("not authori");
            gateway.publish("formulary/v1/x/status", "online", false);
            await().until(() -> client.texts().equals(List.of("online")));
        }
    }

    private interface Try {
        int run() throws MqttException;
    }

    private static int refusal(Try what) {
        try {
            return what.run();
        } catch (MqttException e) {
            return e.getReasonCode() == 0 ? NOT_AUTHORIZED : e.getReasonCode();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "311"})
    void aMessageThatIsTooLargeEndsItsConnectionOnly(String version) throws Exception {
        House house = House.at(folder);
        Path large = java.nio.file.Files.writeString(folder.resolveSibling("large-" + version), "x".repeat(200_000));
        Path fits = java.nio.file.Files.writeString(folder.resolveSibling("fits-" + version), "x".repeat(90_000));
        try (var _ = house.open(); var client = new Client(house.port(), "c").connect()) {
            client.subscribe("formulary/x");

            Mosquitto.publish(house.port(), "-V", version, "-q", "1", "-t", "formulary/x", "-f", large.toString());
            assertThat(Mosquitto.publish(house.port(), "-V", version, "-q", "1", "-t", "formulary/x", "-f",
                    fits.toString()).exitCode()).isZero();
            await().until(() -> !client.got.isEmpty());
            assertThat(client.got).singleElement().satisfies(got -> assertThat(got.text()).hasSize(90_000));
        }
    }

    @Test
    void connectionsSessionsAndTopicsAreLimited() throws Exception {
        House house = House.at(folder).few(3, 2, 12);
        try (var _ = house.open();
                var one = new Client(house.port(), "one").connect(Client.staying());
                var two = new Client(house.port(), "two").connect(Client.staying())) {
            try (var three = new Client(house.port(), "three")) {
                assertThatThrownBy(three::connect).isInstanceOf(MqttException.class);
            }
            two.paho.disconnect();
            try (var three = new Client(house.port(), "three")) {
                assertThatThrownBy(three::connect).as("the session of two is kept").isInstanceOf(MqttException.class);
            }
            two.connect(Client.staying());
            int published = 0;
            try {
                for (; published < 50; published++) {
                    one.publish("formulary/topic" + published, "x", true);
                }
            } catch (MqttException e) {
                assertThat(published).isPositive();
            }
            assertThat(published).isLessThan(12);
        }
    }

    @Test
    void ofWhatWaitsTheNewestIsKept() throws Exception {
        House house = House.at(folder).memory(16 << 20, 5);
        try (var _ = house.open(); var asker = new Client(house.port(), "asker").connect()) {
            try (var away = new Client(house.port(), "away").connect(Client.staying())) {
                away.subscribe("formulary/x");
                away.paho.disconnect();
            }
            for (int i = 0; i < 50; i++) {
                asker.publish("formulary/x", "m" + i, false);
            }

            try (var back = new Client(house.port(), "away").connect(Client.staying())) {
                await().until(() -> back.texts().contains("m49"));
                assertThat(back.texts()).containsExactly("m45", "m46", "m47", "m48", "m49");
            }
        }
    }

    @Test
    void moreThanTheMemoryForMessagesIsRefusedUntilThereIsRoomAgain() throws Exception {
        House house = House.at(folder).memory(1 << 20, 1_000);
        String text = "x".repeat(50_000);
        try (var _ = house.open()) {
            try (var away = new Client(house.port(), "away").connect(Client.staying())) {
                away.subscribe("formulary/x");
                away.paho.disconnect();
            }
            int taken = 0;
            for (int i = 0; i < 60; i++) {
                try (var asker = new Client(house.port(), "asker").connect()) {
                    asker.publish("formulary/x", text, false);
                    taken++;
                } catch (MqttException e) {
                    break;
                }
            }
            assertThat(taken).isBetween(5, 30);
            try (var back = new Client(house.port(), "away").connect(Client.staying())) {
                int all = taken;
                await().until(() -> back.got.size() == all);
                await().untilAsserted(() -> back.publish("formulary/x", "small", false));
            }
        }
    }
}
