package dev.formulary.engine.boot;

import dev.formulary.engine.config.Home;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/// What surrounds a command.
///
/// @param properties system properties; those of the launcher begin with `formulary.`
record Terminal(InputStream in, PrintWriter out, PrintWriter err, Map<String, String> env, Properties properties) {

    static Terminal ofProcess() {
        return new Terminal(System.in, new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8), System.getenv(), System.getProperties());
    }

    Home home() {
        return Home.find(env, properties.getProperty("formulary.home"), Path.of(properties.getProperty("user.home")));
    }

    /// A folder of the archive, or null when there is no archive.
    @Nullable
    Path shipped(String property) {
        String folder = properties.getProperty(property);
        return folder == null ? null : Path.of(folder);
    }

    /// Prints errors, one a line.
    ///
    /// @return the exit code
    int refuse(int exitCode, String message) {
        message.lines().forEach(line -> err.println("formulary: " + line));
        return exitCode;
    }
}
