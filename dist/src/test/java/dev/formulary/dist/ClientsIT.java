package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The vendors' own client libraries, as they come from npm, against a gateway with the simulator.
class ClientsIT {
    private static final Path SOURCES = Path.of("src/test/clients");
    private static final Path INSTALLED = Path.of("target/clients");

    @TempDir
    Path home;

    @Test
    void theOpenAiAndOllamaPackagesListChatAndStream() throws Exception {
        try (GatewayProcess gateway = GatewayProcess.start(home)) {
            Said said = clients("smoke.mjs", gateway.clients().toString());

            assertThat(said.exitCode()).as(said.output()).isZero();
            assertThat(said.output()).contains("11 passed, 0 failed");
        }
    }

    /// Runs a script with the clients, which are installed first.
    static Said clients(String script, String... arguments) throws Exception {
        install();
        List<String> command = new ArrayList<>(List.of("node", script));
        command.addAll(List.of(arguments));
        return run(command);
    }

    private static void install() throws Exception {
        Files.createDirectories(INSTALLED);
        for (String file : List.of("package.json", "package-lock.json", "smoke.mjs", "responses.mjs")) {
            Files.copy(SOURCES.resolve(file), INSTALLED.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        Said said = run(List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"));
        assertThat(said.exitCode()).as(said.output()).isZero();
    }

    record Said(int exitCode, String output) {}

    private static Said run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).directory(INSTALLED.toFile()).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), output);
    }
}
