package dev.formulary.engine.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The example that provider authors begin with.
class ReadmeTest {
    private static final String BEGIN = "```java acme/ParrotFactory.java\n";

    private static PluginBuilder parrot() throws IOException {
        String readme = Files.readString(Path.of("../plugins/README.md"));
        int begin = readme.indexOf(BEGIN) + BEGIN.length();
        return new PluginBuilder("1.0.0").source(readme.substring(begin, readme.indexOf("```", begin)),
                "acme.ParrotFactory");
    }

    @ParameterizedTest
    @CsvSource({"acme/ParrotFactory.java, main", "acme/ParrotContractTest.java, test"})
    void theTemplateIsTheExample(String file, String sources) throws Exception {
        String readme = Files.readString(Path.of("../plugins/README.md"));
        String begin = "```java " + file + "\n";
        int from = readme.indexOf(begin) + begin.length();

        assertThat(Path.of("../plugins/template/src", sources, "java", file))
                .hasContent(readme.substring(from, readme.indexOf("```", from)));
    }

    @Test
    void theExampleServes(@TempDir Path home) throws Exception {
        try (var folder = new PluginFolder(home)) {
            folder.put(parrot());

            assertThat(folder.ask("parrot")).isEqualTo("Polly says hello");
        }
    }

    @Test
    void theExampleReadsItsSettingsAndTheGatewayTheModels(@TempDir Path home) throws Exception {
        Map<String, Object> model = Map.of("id", "parrot", "labels", List.of("birds"), "quality", 2);
        try (var folder = new PluginFolder(home, PluginFolder.entry("polly", "parrot",
                Map.of("greeting", "Hello,", "models", List.of(model))))) {
            folder.put(parrot());

            assertThat(folder.ask("polly")).isEqualTo("Hello, hello");
            assertThat(folder.providers.cards().getOrDefault("polly", List.of())).singleElement()
                    .satisfies(card -> assertThat(card.labels()).containsExactly("birds"));
        }
    }
}
