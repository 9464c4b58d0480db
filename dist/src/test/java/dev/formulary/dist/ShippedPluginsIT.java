package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each provider is one JAR that needs no other beside it, and brings nothing of which there must be only one.
class ShippedPluginsIT {
    private static final List<String> OVER_HTTP = List.of("openai", "ollama", "gemini", "anthropic");

    static List<Path> plugins() throws Exception {
        try (Stream<Path> jars = Files.list(GatewayProcess.ARCHIVE.resolve("plugins"))) {
            List<Path> all = jars.sorted().toList();
            assertThat(all).hasSize(6);
            return all;
        }
    }

    @ParameterizedTest
    @MethodSource("plugins")
    void holdsWhatItNeedsAndNotTheContract(Path file) throws Exception {
        String id = file.getFileName().toString().replace(".jar", "");
        try (JarFile jar = new JarFile(file.toFile())) {
            List<String> names = jar.stream().map(JarEntry::getName).toList();
            assertThat(names).doesNotHaveDuplicates()
                    .noneMatch(name -> name.startsWith("dev/formulary/spi/") || name.startsWith("com/"));
            assertThat(names.contains("dev/formulary/wire/GivenSettings.class"))
                    .isEqualTo(OVER_HTTP.contains(id.replace("formulary-", "")));
            assertThat(jar.getManifest().getMainAttributes().getValue("Plugin-Id")).isEqualTo(id);
        }
    }
}
