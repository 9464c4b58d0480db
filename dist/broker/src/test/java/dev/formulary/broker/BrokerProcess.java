package dev.formulary.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import org.awaitility.Awaitility;

/// A broker in a process of its own, to be killed.
final class BrokerProcess implements AutoCloseable {
    private final House house;
    private Process process;

    BrokerProcess(House house) throws IOException {
        this.house = house;
        process = launch();
    }

    private Process launch() throws IOException {
        Process launched = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx96m", "-cp", System.getProperty("java.class.path"),
                BrokerProcess.class.getName(), house.folder().toString(), Integer.toString(house.port())).inheritIO()
                .start();
        Awaitility.await().until(() -> listens() || !launched.isAlive());
        return launched;
    }

    private boolean listens() {
        try (var _ = new Socket(InetAddress.getLoopbackAddress(), house.port())) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /// As `kill -9` does; and starts it again.
    void kill() throws Exception {
        process.destroyForcibly().waitFor();
        process = launch();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    public static void main(String[] arguments) throws Exception {
        House usual = House.at(Path.of(arguments[0]));
        var _ = new House(usual.folder(), Integer.parseInt(arguments[1]), usual.users(), usual.topics(),
                usual.message(), usual.connections(), usual.sessions(), usual.topicCount(), usual.waiting(),
                usual.memory()).open();
        Thread.currentThread().join();
    }
}
