package dev.formulary.local;

import dev.formulary.local.child.LibraryFiles;
import dev.formulary.spi.ProviderException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/// llama.cpp's library as npm has it, brought into the build's folder once. Without npm the tests that need it are left out.
public final class RealLibrary {
    /// Where it lies.
    public static final Path FOLDER = Path.of("target", "llama").toAbsolutePath();
    private static final String VERSION = "3.22.1";
    private static final LibrarySearch SEARCH = new LibrarySearch(Path.of("/nowhere"), Map.of(), Path.of("/nowhere"),
            System.getProperty("os.arch").equals("aarch64") ? "arm64" : "x64");

    private RealLibrary() {}

    public static synchronized LibraryFiles files() {
        try {
            return SEARCH.find("test", FOLDER);
        } catch (ProviderException e) {
            install();
        }
        try {
            return SEARCH.find("test", FOLDER);
        } catch (ProviderException e) {
            throw new AssertionError("npm brought a package without the library", e);
        }
    }

    private static void install() {
        try {
            Files.createDirectories(FOLDER);
            Process npm = new ProcessBuilder(List.of("npm", "install", "--prefix", FOLDER.toString(), "--no-audit",
                    "--no-fund", "--ignore-scripts", "@node-llama-cpp/linux-" + SEARCH.processor() + "@" + VERSION))
                    .redirectErrorStream(true).redirectOutput(FOLDER.resolve("npm.log").toFile()).start();
            npm.getOutputStream().close();
            boolean done = npm.waitFor(5, TimeUnit.MINUTES);
            if (!done) {
                npm.destroyForcibly();
            }
            Assumptions.assumeTrue(done && npm.exitValue() == 0,
                    "npm could not bring @node-llama-cpp; see target/llama/npm.log");
        } catch (IOException e) {
            Assumptions.abort("there is no npm to bring llama.cpp's library: " + e.getMessage());
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }
}
