package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientBuilder;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Questions at QoS 1 while the broker is killed twice and the gateway once: each gets one answer, perhaps several times. A
/// question whose answer does not come is asked once more, as a broker that is killed forgets some. `dist/bench/MqttStorm.java`
/// does more of it.
class MqttStormIT {
    private static final int QUESTIONS = 300;
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(5);

    @TempDir
    Path home;
    private final Map<String, Set<String>> answers = new ConcurrentHashMap<>();
    private final Map<String, Long> open = new ConcurrentHashMap<>();

    /// Publishes a question.
    private interface Asker {
        void ask(String id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "3.1.1"})
    void eachQuestionGetsOneAnswerWhoeverIsKilled(String version) throws Exception {
        Broker broker = Broker.lasting(home);
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(home.resolve("conf/formulary.yaml"), """
            node: house
            discover: false
            cache: { enabled: false }
            mqtt: { url: "mqtt://127.0.0.1:%d", version: %s }
            providers:
              - { id: a, kind: simulator, parallel: 16, first-token-ms: 20, models: [{ id: m }] }
            """.formatted(broker.port(), version));
        GatewayProcess gateway = GatewayProcess.start(home);
        try {
            Asker asker = version.equals("5") ? newer(broker.port()) : former(broker.port());
            for (int i = 0; i < QUESTIONS; i++) {
                ask(asker, "q" + i);
            }
            answered(asker, QUESTIONS / 4);
            broker = broker.killed(home);
            answered(asker, QUESTIONS / 2);
            gateway.kill();
            gateway = GatewayProcess.start(home);
            answered(asker, QUESTIONS * 3 / 4);
            broker = broker.killed(home);
            answered(asker, QUESTIONS);
        } finally {
            gateway.close();
            broker.close();
        }
        assertThat(answers).hasSize(QUESTIONS)
                .allSatisfy((id, each) -> assertThat(each).as("answers to %s", id).hasSize(1));
    }

    private void ask(Asker asker, String id) {
        open.put(id, System.nanoTime());
        asker.ask(id);
    }

    private void answered(Asker asker, int atLeast) {
        await().atMost(PATIENCE).until(() -> {
            open.forEach((id, asked) -> {
                if (System.nanoTime() - asked > AGAIN_NANOS) {
                    ask(asker, id);
                }
            });
            return answers.size() >= atLeast;
        });
    }

    private void take(String id, byte[] body) {
        String answer = new String(body, StandardCharsets.UTF_8);
        assertThat(answer).contains("chat.completion");
        answers.computeIfAbsent(id, _ -> ConcurrentHashMap.newKeySet()).add(answer);
        open.remove(id);
    }

    private static byte[] question(String more) {
        return ("{" + more + "\"model\":\"a/m\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static MqttClientBuilder client(int port) {
        return MqttClient.builder().identifier("asker").serverHost("127.0.0.1").serverPort(port)
                .automaticReconnectWithDefaultConfig().addDisconnectedListener(lost -> lost.getReconnector()
                        .resubscribeIfSessionExpired(true).republishIfSessionExpired(true));
    }

    private Asker newer(int port) {
        Mqtt5AsyncClient client = client(port).useMqttVersion5().buildAsync();
        client.publishes(MqttGlobalPublishFilter.ALL, message -> take(StandardCharsets.UTF_8
                .decode(message.getCorrelationData().orElseThrow()).toString(), message.getPayloadAsBytes()));
        client.connectWith().cleanStart(false).sessionExpiryInterval(3_600).send().join();
        client.subscribeWith().topicFilter("answers").qos(MqttQos.AT_LEAST_ONCE).send().join();
        return id -> {
            var _ = client.publishWith().topic("formulary/v1/house/chat").qos(MqttQos.AT_LEAST_ONCE)
                    .responseTopic("answers").correlationData(id.getBytes(StandardCharsets.UTF_8))
                    .payload(question("")).send();
        };
    }

    private Asker former(int port) {
        Mqtt3AsyncClient client = client(port).useMqttVersion3().buildAsync();
        client.publishes(MqttGlobalPublishFilter.ALL, message -> take(
                message.getTopic().getLevels().getLast(), message.getPayloadAsBytes()));
        client.connectWith().cleanSession(false).send().join();
        client.subscribeWith().topicFilter("formulary/v1/house/reply/+").qos(MqttQos.AT_LEAST_ONCE).send().join();
        return id -> {
            var _ = client.publishWith().topic("formulary/v1/house/chat").qos(MqttQos.AT_LEAST_ONCE)
                    .payload(question("\"id\":\"" + id + "\",")).send();
        };
    }
}
