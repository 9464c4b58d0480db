package dev.formulary.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A vendor's own client as it comes from npm, to compare a provider with. Tests that ask for it are left out where there is no
/// Node, or where npm can't fetch the client.
///
/// @param folder where it is installed
public record NodeClient(Path folder) {
    private static final int PATIENCE_SECONDS = 180;

    /// Installs what a folder's `package-lock.json` names, once, and copies the folder's scripts beside it.
    ///
    /// @param sources holds `package.json`, `package-lock.json` and scripts
    /// @param folder in the build's folder
    /// @throws IOException when the files can't be copied
    /// @throws InterruptedException when the thread is interrupted while waiting
    public static NodeClient of(Path sources, Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        try (Stream<Path> files = Files.list(sources)) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        var client = new NodeClient(folder);
        assumeTrue(client.succeeds("node", "--version"), "there is no Node here");
        if (!Files.exists(folder.resolve("node_modules/.package-lock.json"))) {
            assumeTrue(client.succeeds("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"),
                    "npm is not here, or can't fetch the client");
        }
        return client;
    }

    /// Runs a script and gives what it prints that is a JSON object, line by line; whatever else it says is left out.
    ///
    /// @throws IOException when it can't be run
    /// @throws InterruptedException when the thread is interrupted while waiting
    /// @throws AssertionError when it fails
    public List<String> run(String script, List<String> arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("node", script));
        command.addAll(arguments);
        boolean done = succeeds(command.toArray(String[]::new));
        List<String> lines = Files.readAllLines(log(command.getFirst()));
        assertThat(done).as(String.join("\n", lines)).isTrue();
        return lines.stream().filter(line -> line.startsWith("{")).toList();
    }

    private Path log(String program) {
        return folder.resolve(program + ".log");
    }

    private boolean succeeds(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
                    .redirectOutput(log(command[0]).toFile()).start();
            if (process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return process.exitValue() == 0;
            }
            process.destroyForcibly();
            return false;
        } catch (IOException e) {
            return false;
        }
    }
}
