package dev.formulary.local;

import dev.formulary.local.child.ChildMain;
import dev.formulary.local.child.LibraryFiles;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// How a model's process is started: with the Java of this process, the plug-in's JAR as its class path and the library's files
/// as its arguments.
///
/// @param words the command and its arguments
record ProcessCommand(List<String> words) {
    private static final Path NICE = Path.of("/usr/bin/nice");
    /// The gateway's environment holds secrets; a model needs none of it but these.
    private static final Set<String> ENVIRONMENT = Set.of("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR",
            "LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES", "GGML_BACKEND_PATH");

    ProcessCommand {
        words = List.copyOf(words);
    }

    /// @throws ProviderException when this Java has no command to start another
    static ProcessCommand here(LibraryFiles library) throws ProviderException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        if (!Files.isExecutable(java)) {
            throw new ProviderException(FailureCategory.CONFIGURATION,
                    "a model's process needs '" + java
                            + "', which is not there; run the gateway with a whole JDK or JRE");
        }
        List<String> words = new ArrayList<>();
        if (Files.isExecutable(NICE)) {
            words.addAll(List.of(NICE.toString(), "-n", "5"));
        }
        words.addAll(List.of(java.toString(), "-Xms8m", "-Xmx192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                "-XX:+ExitOnOutOfMemoryError", "-XX:+DisplayVMOutputToStderr", "-XX:ErrorFile=/dev/null",
                "-XX:-CreateCoredumpOnCrash", "--enable-native-access=ALL-UNNAMED", "-cp",
                ChildMain.classPath().toString(), ChildMain.class.getName()));
        words.addAll(library.arguments());
        return new ProcessCommand(words);
    }

    Process start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(words);
        builder.environment().keySet().retainAll(ENVIRONMENT);
        builder.directory(Path.of(System.getProperty("java.io.tmpdir")).toFile());
        return builder.start();
    }
}
