package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
