package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The packages of npm that programs speak to models with, all in one generation, beside the scripts that use them.
///
/// @param folder where they are installed
record NpmClients(Path folder) {
    private static final Path SOURCES = Path.of("src/test/clients");

    /// What a script printed, both streams together, and how it ended.
    record Said(int exitCode, String output) {}

    /// Installs what the generation's `package-lock.json` names, unless it is there, and puts the scripts beside it.
    ///
    /// @param generation `newest` or `previous`
    static NpmClients of(String generation) throws IOException, InterruptedException {
        var clients = new NpmClients(Path.of("target/clients").resolve(generation));
        Files.createDirectories(clients.folder);
        Path lock = clients.folder.resolve("package-lock.json");
        Path wanted = SOURCES.resolve(generation).resolve("package-lock.json");
        boolean there = Files.exists(clients.folder.resolve("node_modules/.package-lock.json")) && Files.exists(lock)
                && Files.mismatch(lock, wanted) < 0;
        copy(SOURCES, clients.folder);
        copy(SOURCES.resolve(generation), clients.folder);
        if (!there) {
            Said said = clients.run(List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"), Map.of());
            assertThat(said.exitCode).as(said.output).isZero();
        }
        return clients;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.list(from).filter(Files::isRegularFile)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /// Runs one of the scripts.
    Said run(String script, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("node", script));
        command.addAll(List.of(arguments));
        return run(command, Map.of());
    }

    /// Runs a text as a script, with more in its environment.
    Said runText(String name, String text, Map<String, String> env) throws IOException, InterruptedException {
        Files.writeString(folder.resolve(name), text);
        return run(List.of("node", name), env);
    }

    private Said run(List<String> command, Map<String, String> env) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().putAll(env);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), output);
    }
}
