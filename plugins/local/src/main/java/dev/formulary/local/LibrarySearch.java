package dev.formulary.local;

import dev.formulary.local.child.LibraryFiles;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Looks for llama.cpp's library: where the configuration says, where `LLAMA_LIBRARY` says, in `llama` of the home folder,
/// and where the system keeps its libraries. A folder may hold the library itself or the npm package with it.
///
/// @param root of the file system
/// @param environment of this process
/// @param home the person's home folder
/// @param processor as npm calls it, `x64` or `arm64`
record LibrarySearch(Path root, Map<String, String> environment, Path home, String processor) {
    private static final String SETTING = "library";
    private static final String VARIABLE = "LLAMA_LIBRARY";
    private static final List<String> SYSTEM_FOLDERS = List.of("usr/local/lib", "usr/lib", "usr/lib64", "lib",
            "usr/lib/x86_64-linux-gnu", "usr/lib/aarch64-linux-gnu", "usr/local/lib64",
            "usr/lib/x86_64-linux-gnu/llama", "usr/lib/aarch64-linux-gnu/llama");

    static LibrarySearch ofThisSystem() {
        return new LibrarySearch(Path.of("/"), System.getenv(), Path.of(System.getProperty("user.home")),
                System.getProperty("os.arch").equals("aarch64") ? "arm64" : "x64");
    }

    /// @param configured a file or a folder, or null
    /// @throws ProviderException when there is none; the message says how to get one
    LibraryFiles find(String id, @Nullable Path configured) throws ProviderException {
        if (configured != null) {
            return at(configured).orElseThrow(() -> missing(id, "'" + SETTING + "': there is no libllama.so with its "
                    + "libggml.so and libggml-base.so in '" + configured + "'"));
        }
        String said = environment.get(VARIABLE);
        if (said != null && !said.isBlank()) {
            return at(Path.of(said)).orElseThrow(() -> missing(id, VARIABLE + ": there is no libllama.so with its "
                    + "libggml.so and libggml-base.so in '" + said + "'"));
        }
        for (Path folder : usual()) {
            Optional<LibraryFiles> found = at(folder);
            if (found.isPresent()) {
                return found.get();
            }
        }
        throw missing(id, "llama.cpp's library is not on this machine");
    }

    private List<Path> usual() {
        List<Path> folders = new ArrayList<>();
        String formulary = environment.get("FORMULARY_HOME");
        if (formulary != null && !formulary.isBlank()) {
            folders.add(Path.of(formulary, "llama"));
        }
        folders.add(home.resolve(".formulary/llama"));
        SYSTEM_FOLDERS.forEach(folder -> folders.add(root.resolve(folder)));
        return folders;
    }

    private ProviderException missing(String id, String what) {
        return new ProviderException(FailureCategory.CONFIGURATION, "provider '" + id + "': " + what
                + "; get it with: npm install --prefix ~/.formulary/llama @node-llama-cpp/linux-" + processor);
    }

    private Optional<LibraryFiles> at(Path place) {
        if (Files.isRegularFile(place) && place.getParent() != null) {
            return beside(place.getParent(), place);
        }
        for (Path folder : foldersOf(place)) {
            Optional<Path> llama = one(folder, "libllama.");
            if (llama.isPresent()) {
                return beside(folder, llama.get());
            }
        }
        return Optional.empty();
    }

    private List<Path> foldersOf(Path place) {
        List<Path> folders = new ArrayList<>(List.of(place));
        Path modules = place.resolve("node_modules/@node-llama-cpp");
        for (Path packaged : List.of(place.resolve("bins"), modules.resolve("linux-" + processor + "-cuda/bins"),
                modules.resolve("linux-" + processor + "-vulkan/bins"),
                modules.resolve("linux-" + processor + "/bins"))) {
            folders.addAll(list(packaged, "*"));
        }
        return folders;
    }

    private static Optional<LibraryFiles> beside(Path folder, Path llama) {
        Optional<Path> base = one(folder, "libggml-base.");
        Optional<Path> ggml = one(folder, "libggml.");
        boolean ownBackends = !list(folder, "libggml-cpu*").isEmpty();
        return base.isPresent() && ggml.isPresent()
                ? Optional.of(new LibraryFiles(base.get(), ggml.get(), llama, ownBackends))
                : Optional.empty();
    }

    /// With or without a version before or behind the ending.
    private static Optional<Path> one(Path folder, String begin) {
        return list(folder, begin + "*").stream().filter(
                file -> String.valueOf(file.getFileName()).matches(".*\\.so[.0-9]*") && Files.isRegularFile(file))
                .findFirst();
    }

    private static List<Path> list(Path folder, String pattern) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, pattern)) {
            files.forEach(found::add);
        } catch (IOException e) {
            return List.of();
        }
        found.sort(null);
        return found;
    }
}
