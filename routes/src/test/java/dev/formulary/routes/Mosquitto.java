package dev.formulary.routes;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import dev.formulary.engine.config.MqttSettings;
import dev.formulary.engine.config.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/// A real broker on a free port, which keeps its state over a restart: a mosquitto, or the gateway's own.
final class Mosquitto implements AutoCloseable {
    private static final String USER = "me";
    private static final String PASSWORD = "anything";

    final int port;
    private final @Nullable MqttCertificates certificates;
    private final Path config;
    private final Path folder;
    private AutoCloseable running;

    /// @param folder for its state
    Mosquitto(Path folder) throws IOException {
        this(folder, null, List.of("allow_anonymous true"));
    }

    /// One that speaks TLS and asks for user and password.
    static Mosquitto secured(Path folder) throws Exception {
        var certificates = new MqttCertificates(Files.createDirectories(folder));
        Path passwords = Files.createFile(folder.resolve("passwords"));
        MqttCertificates.run(folder, "mosquitto_passwd", "-b", passwords.toString(), USER, PASSWORD);
        return new Mosquitto(folder, certificates, List.of("allow_anonymous false", "password_file " + passwords,
                "certfile " + certificates.certificate(), "keyfile " + certificates.key()));
    }

    private Mosquitto(Path folder, @Nullable MqttCertificates certificates, List<String> access) throws IOException {
        this.certificates = certificates;
        this.folder = folder;
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Files.createDirectories(folder);
        List<String> lines = new ArrayList<>(List.of("listener " + port + " 127.0.0.1"));
        lines.addAll(access);
        // started by root it would drop its rights and could not write where a test may
        lines.addAll(List.of("persistence true", "persistence_location " + folder + "/", "log_type error",
                "user " + System.getProperty("user.name")));
        config = Files.write(folder.resolve("mosquitto.conf"), lines);
        running = launch();
    }

    private AutoCloseable launch() throws IOException {
        if (OwnBroker.isWanted()) {
            return OwnBroker.start(folder, port, USER, PASSWORD, certificates);
        }
        String program = Files.exists(Path.of("/usr/sbin/mosquitto")) ? "/usr/sbin/mosquitto" : "mosquitto";
        Process launched = new ProcessBuilder(program, "-c", config.toString()).inheritIO().start();
        Awaitility.await().until(this::listening);
        return () -> {
            launched.destroy();
            launched.onExit().join();
        };
    }

    private boolean listening() {
        try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /// How a gateway gets in.
    MqttSettings settings() {
        return certificates == null ? settings(PASSWORD, null) : settings(PASSWORD, certificates.authority());
    }

    /// How a gateway gets in by another port, and by MQTT 3.1.1 perhaps.
    MqttSettings settings(int through, boolean former) {
        return new MqttSettings("mqtt://127.0.0.1:" + through, null, null, 64, null,
                former ? "3.1.1" : "5", Duration.ofDays(1));
    }

    MqttSettings settings(String password, @Nullable Path authorities) {
        String url = (certificates == null ? "mqtt" : "mqtts") + "://127.0.0.1:" + port;
        return new MqttSettings(url, USER, new Secret(password), 64, authorities, "5", Duration.ofDays(1));
    }

    /// A client that gets in, not yet connected.
    Mqtt5ClientBuilder client(String id) {
        var client = MqttClient.builder().useMqttVersion5().identifier(id).serverHost("127.0.0.1").serverPort(port);
        return certificates == null
                ? client
                : client.sslConfig(MqttClientSslConfig.builder().trustManagerFactory(certificates.trust()).build())
                        .simpleAuth().username(USER).password(PASSWORD.getBytes(StandardCharsets.UTF_8))
                        .applySimpleAuth();
    }

    void stop() {
        try {
            running.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    void start() throws IOException {
        running = launch();
    }

    @Override
    public void close() {
        stop();
    }
}
