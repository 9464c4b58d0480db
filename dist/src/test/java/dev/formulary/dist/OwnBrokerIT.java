package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A house without a broker, which has the gateway's own.
class OwnBrokerIT {
    private static final String QUESTION = "{\"model\":\"simulator/echo-small\",\"messages\":[{\"role\":\"user\","
            + "\"content\":\"hello\"}]}";

    private static final int SIGTERM = 128 + 15;

    @TempDir
    Path home;
    private int port;
    private int network;

    @BeforeEach
    void configure() throws Exception {
        port = freePort();
        network = freePort();
        Path conf = Files.createDirectories(home.resolve("conf"));
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
                "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout",
                conf.resolve("key.pem").toString(), "-out", conf.resolve("broker.pem").toString());
        Files.writeString(conf.resolve("formulary.yaml"), """
            node: house
            discover: false
            mqtt:
              embedded:
                port: %d
                users: [{ name: hall, password: sesame }]
                network: { host: 127.0.0.1, port: %d, tls: { certificate: conf/broker.pem, key: conf/key.pem } }
              home-assistant: { enabled: true }
            """.formatted(port, network));
    }

    private static int freePort() throws IOException {
        try (var free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    @Test
    void questionsAreAnsweredAndOutliveAKill() throws Exception {
        try (var gateway = GatewayProcess.start(home)) {
            await().atMost(Duration.ofSeconds(30)).until(() -> gateway.output().contains("broker connected"));
            assertThat(ask("formulary/answers/1")).contains("\"object\":\"chat.completion\"", "hello");
            assertThat(retained("homeassistant/device/+/config")).contains("Formulary");
            assertThat(retained("formulary/v1/house/status")).isEqualTo("online");
            byTlsAndWithAPasswordOnly();
            leaveASession();
            gateway.kill();
        }
        // what lies there is the broker's own memory of it, until the gateway that was killed is back
        try (var gateway = GatewayProcess.start(home)) {
            await().atMost(Duration.ofSeconds(30)).until(() -> gateway.output().contains("broker connected"));
            client("mosquitto_pub", "-q", "1", "-t", "formulary/answers/kept", "-m", "two");
            assertThat(client("mosquitto_sub", "-i", "hall-tablet", "-c", "-q", "1", "-t", "formulary/answers/kept",
                    "-C", "2", "-W", "20")).isEqualTo("one\ntwo");
            assertThat(retained("formulary/kept")).isEqualTo("a note");
            assertThat(gateway.terminate()).as("ends in order").isEqualTo(SIGTERM);
            assertThat(gateway.output()).doesNotContain("sesame", "Exception");
        }
    }

    private void leaveASession() throws Exception {
        client("mosquitto_sub", "-i", "hall-tablet", "-c", "-q", "1", "-t", "formulary/answers/kept", "-E");
        client("mosquitto_pub", "-q", "1", "-t", "formulary/answers/kept", "-m", "one");
        client("mosquitto_pub", "-q", "1", "-r", "-t", "formulary/kept", "-m", "a note");
    }

    private void byTlsAndWithAPasswordOnly() throws Exception {
        String[] usual = {"mosquitto_sub", "-V", "5", "-h", "127.0.0.1", "-p", Integer.toString(network), "--cafile",
                home.resolve("conf/broker.pem").toString(), "-t", "formulary/v1/house/status", "-C", "1", "-W", "10"};
        assertThat(run(with(usual, "-u", "hall", "-P", "sesame"))).isEqualTo("online");
        assertThat(run(with(usual, "-u", "hall", "-P", "guess"))).contains("Bad User Name or Password");
        assertThat(run(usual)).contains("Bad User Name or Password");
    }

    private String ask(String answers) throws Exception {
        return client("mosquitto_rr", "-V", "5", "-q", "1", "-W", "20", "-t", "formulary/v1/house/chat", "-e", answers,
                "-m", QUESTION);
    }

    private String retained(String filter) throws Exception {
        return client("mosquitto_sub", "-V", "5", "-t", filter, "-C", "1", "-W", "20");
    }

    private String client(String... command) throws Exception {
        return run(with(command, "-h", "127.0.0.1", "-p", Integer.toString(port), "-u", "hall", "-P", "sesame"));
    }

    private static String[] with(String[] command, String... more) {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).as(output).isTrue();
        return output.strip();
    }
}
