package dev.formulary.routes;

import dev.formulary.engine.config.Secret;
import dev.formulary.engine.config.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;

/// A real broker on a free port, which keeps its state over a restart.
final class Mosquitto implements AutoCloseable {
    final int port;
    private final Path config;
    private Process process;

    /// @param folder for its state
    Mosquitto(Path folder) throws IOException {
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Files.createDirectories(folder);
        // started by root it would drop its rights and could not write where a test may
        config = Files.write(folder.resolve("mosquitto.conf"), List.of("listener " + port + " 127.0.0.1",
                "allow_anonymous true", "persistence true", "persistence_location " + folder + "/", "log_type error",
                "user " + System.getProperty("user.name")));
        process = launch();
    }

    private Process launch() throws IOException {
        String program = Files.exists(Path.of("/usr/sbin/mosquitto")) ? "/usr/sbin/mosquitto" : "mosquitto";
        Process launched = new ProcessBuilder(program, "-c", config.toString()).inheritIO().start();
        Awaitility.await().until(this::listening);
        return launched;
    }

    private boolean listening() {
        try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    Settings.Mqtt settings() {
        return new Settings.Mqtt("mqtt://127.0.0.1:" + port, "me", new Secret("anything"), 8);
    }

    void stop() {
        process.destroy();
        process.onExit().join();
    }

    void start() throws IOException {
        process = launch();
    }

    @Override
    public void close() {
        stop();
    }
}
