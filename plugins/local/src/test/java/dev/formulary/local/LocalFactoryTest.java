package dev.formulary.local;

import static dev.formulary.local.LocalCase.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.local.child.LibraryFiles;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ProviderFactory;
import dev.formulary.spi.Setting;
import dev.formulary.testkit.JdkHttpTransport;
import dev.formulary.testkit.TestContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Settings, and where the library is found.
class LocalFactoryTest {
    private static final String NPM = "; get it with: npm install --prefix ~/.formulary/llama @node-llama-cpp/linux-x64";

    @TempDir
    Path folder;

    @Test
    void isFoundByItsKindAndTellsItsSettings() {
        assertThat(ServiceLoader.load(ProviderFactory.class)).extracting(ProviderFactory::kind)
                .containsExactly("local");
        assertThat(new LocalFactory().settings()).extracting(Setting::name).containsExactly("folder", "files",
                "library", "context", "threads", "gpu-layers", "keep-alive");
    }

    @Test
    void isIdleWithoutSettings() {
        try (var http = new JdkHttpTransport()) {
            ProviderException failure = failure(
                    () -> new LocalFactory().create(new TestContext("local", Map.of(), http)));
            assertThat(failure.category()).isEqualTo(FailureCategory.CONFIGURATION);
            assertThat(failure).hasMessage("provider 'local': 'folder' must name a folder with *.gguf files, as in: "
                    + "folder: ~/models");
        }
    }

    @Test
    void takesWhatIsUsualWhenNothingIsSaid() throws ProviderException {
        LocalSettings settings = LocalSettings.of("local", Map.of("folder", "/m", "models", List.of()), 8);
        assertThat(settings).isEqualTo(
                new LocalSettings(null, Path.of("/m"), List.of(), 8192, 7, 0, Duration.ofMinutes(5)));
        assertThat(LocalSettings.of("local", Map.of("folder", "/m"), 1).threads()).isEqualTo(1);
    }

    @Test
    void takesWhatIsSaid() throws ProviderException {
        var given = new HashMap<String, Object>(Map.of("folder", "~/models", "files", List.of("/a.gguf"), "library",
                "/l", "context", "4096", "threads", 2, "gpu-layers", -1, "keep-alive", "90s"));
        assertThat(LocalSettings.of("local", given, 8)).isEqualTo(new LocalSettings(Path.of("/l"),
                Path.of(System.getProperty("user.home"), "models"), List.of(Path.of("/a.gguf")), 4096, 2, -1,
                Duration.ofSeconds(90)));
    }

    @ParameterizedTest
    @CsvSource({"250ms,250", "5m,300000", "1h,3600000", "7,7000", "0,0", "-1,-1000"})
    void takesTimes(String given, long millis) throws ProviderException {
        assertThat(LocalSettings.of("local", Map.of("folder", "/m", "keep-alive", given), 2).keepAlive().toMillis())
                .isEqualTo(millis);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        fodler     | /m    | 'fodler' is unknown; there are folder, files, library, context, threads, gpu-layers, keep-alive
        folder     | ''    | 'folder' must be a path
        files      | /m    | 'files' must be a list of paths, as in: [~/models/a.gguf]
        context    | 100   | 'context' must be a whole number from 256 to 16777216
        context    | much  | 'context' must be a whole number from 256 to 16777216
        threads    | 8     | 'threads' must be a whole number from 1 to 7
        gpu-layers | -2    | 'gpu-layers' must be a whole number from -1 to 10000
        keep-alive | long  | 'keep-alive' must be a time such as '5m', or -1 for as long as can be
        """)
    void namesTheSettingThatIsWrong(String key, String value, String message) {
        var given = new HashMap<String, Object>(Map.of("folder", "/m"));
        given.put(key, value);
        ProviderException failure = failure(() -> LocalSettings.of("home", given, 8));
        assertThat(failure.category()).isEqualTo(FailureCategory.CONFIGURATION);
        assertThat(failure).hasMessage("provider 'home': " + message);
    }

    // ---- the library

    private Path library(String place, String... files) throws IOException {
        Path in = Files.createDirectories(folder.resolve(place));
        for (String file : files) {
            Files.writeString(in.resolve(file), "");
        }
        return in;
    }

    private LibrarySearch search(Map<String, String> environment) {
        return new LibrarySearch(folder, environment, folder.resolve("home"), "x64");
    }

    @Test
    void saysHowToGetALibrary() {
        assertThat(failure(() -> search(Map.of()).find("local", null)))
                .hasMessage("provider 'local': llama.cpp's library is not on this machine" + NPM);
        assertThat(failure(() -> search(Map.of()).find("local", Path.of("/nowhere"))))
                .hasMessage("provider 'local': 'library': there is no libllama.so with its libggml.so and "
                        + "libggml-base.so in '/nowhere'" + NPM);
        assertThat(failure(() -> search(Map.of("LLAMA_LIBRARY", "/x")).find("local", null)))
                .hasMessageStartingWith("provider 'local': LLAMA_LIBRARY: there is no libllama.so");
    }

    @Test
    void findsTheSystemsOwn() throws Exception {
        Path system = library("usr/lib/x86_64-linux-gnu", "libllama.so.0", "libggml.so.0", "libggml-base.so.0.9",
                "libllama.txt");
        assertThat(search(Map.of()).find("local", null)).isEqualTo(new LibraryFiles(
                system.resolve("libggml-base.so.0.9"), system.resolve("libggml.so.0"),
                system.resolve("libllama.so.0"), false));
    }

    @Test
    void findsWhatNpmBrought() throws Exception {
        String[] files = {"libllama.v0.5.0.so", "libllama-common.so", "libggml.v0.5.0.so", "libggml-base.so",
                "libggml-cpu-x64.so"};
        Path brought = library("home/.formulary/llama/node_modules/@node-llama-cpp/linux-x64/bins/linux-x64", files);
        var expected = new LibraryFiles(brought.resolve("libggml-base.so"), brought.resolve("libggml.v0.5.0.so"),
                brought.resolve("libllama.v0.5.0.so"), true);
        assertThat(search(Map.of()).find("local", null)).isEqualTo(expected);
        for (String place : List.of("", "node_modules/@node-llama-cpp/linux-x64",
                "node_modules/@node-llama-cpp/linux-x64/bins/linux-x64",
                "node_modules/@node-llama-cpp/linux-x64/bins/linux-x64/libllama.v0.5.0.so")) {
            Path given = folder.resolve("home/.formulary/llama").resolve(place);
            assertThat(search(Map.of()).find("local", given)).isEqualTo(expected);
            assertThat(search(Map.of("LLAMA_LIBRARY", given.toString())).find("local", null)).isEqualTo(expected);
        }
        Path cuda = library("other/llama/node_modules/@node-llama-cpp/linux-x64-cuda/bins/linux-x64-cuda", files);
        assertThat(search(Map.of("FORMULARY_HOME", folder.resolve("other").toString())).find("local", null).llama())
                .isEqualTo(cuda.resolve("libllama.v0.5.0.so"));
    }

    @Test
    void aLibraryWithoutItsPartsIsNone() throws Exception {
        Path half = library("half", "libllama.so", "libggml.so");
        assertThat(failure(() -> search(Map.of()).find("local", half))).hasMessageContaining("there is no libllama.so");
    }
}
