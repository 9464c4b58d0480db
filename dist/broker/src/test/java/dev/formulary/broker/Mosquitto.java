package dev.formulary.broker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The command-line clients of Debian's mosquitto-clients.
final class Mosquitto {
    private Mosquitto() {}

    /// What a command said, both streams together, and how it ended.
    record Said(int exitCode, String output) {}

    static Said publish(int port, String... options) throws Exception {
        return end(start("mosquitto_pub", port, options));
    }

    static Process subscribe(int port, String... options) throws IOException {
        return start("mosquitto_sub", port, options);
    }

    /// One that may still be written to.
    static Process start(String program, int port, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(program, "-h", "127.0.0.1", "-p", Integer.toString(port)));
        command.addAll(List.of(options));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    static Said end(Process process) throws Exception {
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), output);
    }
}
