package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The first start makes an AOT cache in the background; those that follow use it.
class StartIT {
    private static final Path CACHE = GatewayProcess.ARCHIVE.resolve("cache");
    private static final Duration TRAINING = Duration.ofMinutes(10);

    @TempDir
    Path home;

    @BeforeEach
    void neverStartedBefore() throws IOException {
        for (Path old : caches()) {
            Files.delete(old);
        }
    }

    private static List<Path> caches() throws IOException {
        if (!Files.isDirectory(CACHE)) {
            return List.of();
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(CACHE, "*.aot")) {
            return java.util.stream.StreamSupport.stream(files.spliterator(), false).toList();
        }
    }

    /// @param options more options for java
    private GatewayProcess start(String options) throws IOException {
        return GatewayProcess.start(home, Map.of("FORMULARY_AOT", "on", "FORMULARY_JAVA_OPTS", options));
    }

    private static String said() {
        try {
            return Files.readString(CACHE.resolve("training.log"));
        } catch (IOException e) {
            return "no training began: " + e;
        }
    }

    @Test
    void theFirstStartMakesACacheAndTheNextOneLoadsItsClassesFromThere() throws Exception {
        try (GatewayProcess _ = start("")) {
            await().atMost(TRAINING).pollInterval(Duration.ofMillis(500))
                    .untilAsserted(() -> assertThat(caches()).as(StartIT::said).hasSize(1));
        }
        Path loaded = home.resolve("classes.log");
        try (GatewayProcess gateway = start("-Xlog:class+load=info:file=" + loaded)) {
            assertThat(gateway.manage("/health/ready").statusCode()).isEqualTo(200);
        }

        List<String> ours = Files.readAllLines(loaded).stream()
                .filter(line -> line.contains(" dev.formulary.engine.") && line.contains(" source: ")).toList();
        long cached = ours.stream().filter(line -> line.contains("source: shared objects file")).count();
        assertThat(cached).as("of %s classes", ours.size()).isGreaterThan(ours.size() * 9L / 10);
        assertThat(ours).hasSizeGreaterThan(300);
    }
}
