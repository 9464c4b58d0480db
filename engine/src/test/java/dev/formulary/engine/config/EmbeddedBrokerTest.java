package dev.formulary.engine.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.formulary.engine.config.EmbeddedBroker.Bounds;
import dev.formulary.engine.config.EmbeddedBroker.Network;
import dev.formulary.engine.config.EmbeddedBroker.User;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmbeddedBrokerTest {
    @TempDir
    Path home;

    private MqttSettings read(String yaml) throws ConfigurationException {
        return Objects.requireNonNull(Configuration.read(yaml, home, Map.of()).mqtt());
    }

    @Test
    void presetIsThisMachineOnlyAndTheGatewayConnectsToIt() throws Exception {
        MqttSettings mqtt = read("mqtt: { embedded: {} }");

        assertThat(mqtt.embedded())
                .isEqualTo(new EmbeddedBroker(1883, null, List.of(), EmbeddedBroker.TOPICS, Bounds.USUAL));
        assertThat(mqtt.url()).isEqualTo("mqtt://127.0.0.1:1883");
        assertThat(mqtt.user()).isEqualTo(EmbeddedBroker.GATEWAY);
        assertThat(Objects.requireNonNull(mqtt.password()).value()).hasSize(48);
        assertThat(read("mqtt: { embedded: {} }")).as("a file read once more is no change").isEqualTo(mqtt);
        assertThat(read("mqtt:\n  embedded:\n").embedded()).isEqualTo(mqtt.embedded());
    }

    @Test
    void allOfItCanBeSaid() throws Exception {
        MqttSettings mqtt = read("""
            mqtt:
              embedded:
                port: 1884
                network: { host: 0.0.0.0, port: 8884, tls: { certificate: a.pem, key: b.pem, client-ca: c.pem } }
                users: [{ name: hall, password: hunter2 }]
                topics: [zigbee2mqtt/+/set, "#"]
                max-message: 2KiB
                max-connections: 3
                max-sessions: 4
                max-topics: 50
                max-waiting: 6
                max-memory: 2MiB
                away: 1h
              receive-maximum: 9
            """);

        assertThat(mqtt.embedded()).isEqualTo(new EmbeddedBroker(1884,
                new Network("0.0.0.0", 8884,
                        new Perimeter.Tls(home.resolve("a.pem"), home.resolve("b.pem"), home.resolve("c.pem"))),
                List.of(new User("hall", new Secret("hunter2"))), List.of("zigbee2mqtt/+/set", "#"),
                new Bounds(2048, 3, 4, 50, 6, 2 << 20, Duration.ofHours(1))));
        assertThat(mqtt.url()).isEqualTo("mqtt://127.0.0.1:1884");
        assertThat(mqtt.receiveMaximum()).isEqualTo(9);
        assertThat(mqtt.toString()).doesNotContain("hunter2");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {embedded: {network: {host: 0.0.0.0}}}               | mqtt.embedded.network: lets other machines in without a password
        {embedded: {users: [{name: a}]}}                     | mqtt.embedded.users[0].password: is missing
        {embedded: {users: [{name: a b, password: x}]}}      | mqtt.embedded.users[0].name: must be letters, digits
        {embedded: {users: [{name: a, password: x}, {name: a, password: y}]}} | users[1].name: stands in an entry above
        {embedded: {users: [{name: formulary-gateway, password: x}]}} | users[0].name: stands in an entry above
        {embedded: {network: {port: 1}, users: [{name: a, password: x}]}} | mqtt.embedded.network.host: is missing
        {embedded: {topics: [a/#/b]}}                        | mqtt.embedded.topics[0]: must be a topic filter
        {embedded: {topics: ["$SYS/#"]}}                     | mqtt.embedded.topics[0]: must be a topic filter
        {embedded: {topics: [a+/b]}}                         | mqtt.embedded.topics[0]: must be a topic filter
        {embedded: {port: 0}}                                | mqtt.embedded.port: must be a whole number from 1
        {embedded: {ports: 1}}                               | mqtt.embedded.ports: is not a setting; did you mean "port"?
        {embedded: {}, url: "mqtt://x:1"}                    | mqtt.url: is for a broker elsewhere; remove it, or mqtt.embedded
        {embedded: {}, user: x}                              | mqtt.user: is for a broker elsewhere
        {embedded: {}, password: x}                          | mqtt.password: is for a broker elsewhere
        {embedded: {}, ca: x}                                | mqtt.ca: is for a broker elsewhere
        """)
    void whatIsWrongIsTold(String yaml, String complaint) {
        assertThatThrownBy(() -> read("mqtt: " + yaml)).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(complaint).message().doesNotContain("is for mqtts:// only");
    }
}
