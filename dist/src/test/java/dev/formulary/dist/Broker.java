package dev.formulary.dist;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A mosquitto of a test's own on 127.0.0.1.
///
/// @param port where it listens
record Broker(int port, Process process) implements AutoCloseable {
    /// Starts one and waits until it listens.
    ///
    /// @param home where its configuration and its log are put
    static Broker start(Path home) throws IOException {
        int port;
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        return start(home, port);
    }

    /// Starts one where another was, which knows nothing of what that one knew.
    static Broker start(Path home, int port) throws IOException {
        Path config = Files.write(home.resolve("mosquitto.conf"),
                List.of("listener " + port + " 127.0.0.1", "allow_anonymous true"));
        String program = Files.exists(Path.of("/usr/sbin/mosquitto")) ? "/usr/sbin/mosquitto" : "mosquitto";
        var broker = new Broker(port, new ProcessBuilder(program, "-c", config.toString()).redirectErrorStream(true)
                .redirectOutput(home.resolve("mosquitto.log").toFile()).start());
        await().until(broker::listens);
        return broker;
    }

    private boolean listens() {
        try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
