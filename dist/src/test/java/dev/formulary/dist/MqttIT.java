package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real broker and its own command-line clients against a gateway.
class MqttIT {
    private static final String HELLO = "\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]";

    @TempDir
    Path home;
    private Broker broker;
    private GatewayProcess gateway;

    @BeforeEach
    void start() throws Exception {
        broker = Broker.start(home);
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(home.resolve("conf/formulary.yaml"),
                "node: house\ndiscover: false\nmqtt: { url: \"mqtt://127.0.0.1:" + broker.port() + "\" }\n");
        gateway = GatewayProcess.start(home);
        await().until(() -> gateway.output().contains("broker connected"));
    }

    @AfterEach
    void stop() {
        gateway.close();
        broker.close();
    }

    @Test
    void aRequestIsAnsweredOnItsResponseTopic() throws Exception {
        String answer = ask("formulary/v1/house/chat", "{\"model\":\"auto\"," + HELLO + "}", "-D", "PUBLISH",
                "correlation-data", "one");

        assertThat(answer).contains("\"object\":\"chat.completion\"", "hello");
    }

    @Test
    void userPropertiesAreFactsOfTheContext() throws Exception {
        String answer = ask("formulary/v1/house/chat", "{\"model\":\"simulator/echo-small\"," + HELLO + "}", "-D",
                "PUBLISH", "user-property", "need", "crisis_intervention");

        assertThat(answer).contains("model_forbidden", "crisis");
    }

    @Test
    void aStreamComesInNumberedMessagesWhenItIsAskedFor() throws Exception {
        List<Mqtt5Publish> pieces = new CopyOnWriteArrayList<>();
        Mqtt5BlockingClient client = MqttClient.builder().useMqttVersion5().serverHost("127.0.0.1")
                .serverPort(broker.port()).buildBlocking();
        client.toAsync().publishes(MqttGlobalPublishFilter.ALL, pieces::add);
        client.connect();
        client.subscribeWith().topicFilter("pieces").qos(MqttQos.AT_LEAST_ONCE).send();
        client.publishWith().topic("formulary/v1/house/chat").qos(MqttQos.AT_LEAST_ONCE).responseTopic("pieces")
                .payload(("{\"model\":\"simulator/echo-small\"," + HELLO + "}").getBytes(StandardCharsets.UTF_8))
                .userProperties().add("x-formulary-stream", "messages").applyUserProperties().send();

        await().atMost(Duration.ofSeconds(30)).until(() -> !pieces.isEmpty()
                && properties(pieces.getLast()).contains("last=true"));
        client.disconnect();
        assertThat(properties(pieces.getLast())).contains("status=200", "x-formulary-model=simulator/echo-small",
                "seq=" + (pieces.size() - 1));
        assertThat(pieces.getLast().getPayloadAsBytes()).isEmpty();
        assertThat(pieces.subList(0, pieces.size() - 1)).isNotEmpty()
                .allSatisfy(piece -> assertThat(new String(piece.getPayloadAsBytes(), StandardCharsets.UTF_8))
                        .startsWith("{").contains("\"chat.completion.chunk\""));
    }

    private static List<String> properties(Mqtt5Publish message) {
        return message.getUserProperties().asList().stream().map(each -> each.getName() + "=" + each.getValue())
                .toList();
    }

    @Test
    void rubbishAndUnknownDialectsAreToldSo() throws Exception {
        assertThat(ask("formulary/v1/house/chat", "{\"model\":")).contains("\"error\"", "not valid JSON");
        assertThat(ask("formulary/v1/house/telegram", "{}")).contains("\"error\"", "telegram",
                "formulary/v1/house/chat");
    }

    /// mosquitto_rr takes its message as an argument, which the JVM would encode; so the shell writes the bytes.
    @Test
    void aPayloadThatIsNotUtf8IsToldSo() throws Exception {
        String script = "mosquitto_rr -V 5 -h 127.0.0.1 -p " + broker.port() + " -q 1 -W 20 -t formulary/v1/house/chat"
                + " -e answers/bytes -m \"$(printf '{\"model\":\"auto\",\"x\":\"\\377\"}')\"";
        Process process = new ProcessBuilder("sh", "-c", script).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(output).contains("\"code\":\"invalid_json\"", "Invalid UTF-8");
    }

    private String ask(String topic, String body, String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of("mosquitto_rr", "-V", "5", "-h", "127.0.0.1", "-p",
                Integer.toString(broker.port()), "-q", "1", "-W", "20", "-t", topic, "-e",
                "answers/" + System.nanoTime(), "-m",
                body));
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
