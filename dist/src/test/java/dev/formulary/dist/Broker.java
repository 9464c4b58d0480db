package dev.formulary.dist;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A mosquitto of a test's own on 127.0.0.1.
///
/// @param port where it listens
record Broker(int port, Process process) implements AutoCloseable {
    private static final List<String> LASTING = List.of("persistence true", "autosave_on_changes true",
            "autosave_interval 1", "max_queued_messages 0");

    /// Starts one and waits until it listens.
    ///
    /// @param home where its configuration and its log are put
    static Broker start(Path home) throws IOException {
        return launch(home, freePort(), List.of());
    }

    /// Starts one that keeps its sessions and messages as well as a mosquitto can.
    static Broker lasting(Path home) throws IOException {
        return launch(home, freePort(), LASTING);
    }

    /// Kills it as `kill -9` does, and starts it again where it was.
    Broker killed(Path home) throws IOException, InterruptedException {
        process.destroyForcibly().waitFor();
        return launch(home, port, LASTING);
    }

    private static int freePort() throws IOException {
        try (var free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    /// Starts one where another was, which knows nothing of what that one knew.
    static Broker start(Path home, int port) throws IOException {
        return launch(home, port, List.of());
    }

    private static Broker launch(Path home, int port, List<String> more) throws IOException {
        List<String> lines = new ArrayList<>(List.of("listener " + port + " 127.0.0.1", "allow_anonymous true",
                "persistence_location " + home + "/", "user " + System.getProperty("user.name")));
        lines.addAll(more);
        Path config = Files.write(home.resolve("mosquitto.conf"), lines);
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
        // it writes down what it knows, and the folder is deleted afterwards
        if (process.onExit().completeOnTimeout(process, 10, TimeUnit.SECONDS).join().isAlive()) {
            process.destroyForcibly().onExit().join();
        }
    }
}
