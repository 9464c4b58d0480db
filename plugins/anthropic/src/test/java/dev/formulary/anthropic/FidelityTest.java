package dev.formulary.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The README says what is so.
class FidelityTest {

    @TestFactory
    Stream<DynamicTest> everyFeatureBehavesAsListed() {
        return Fidelity.FEATURES.stream().map(feature -> DynamicTest.dynamicTest(feature.name(),
                () -> assertThat(feature.check().actual()).isEqualTo(feature.behaviour())));
    }

    @Test
    void theTableInTheReadmeIsTheList() throws Exception {
        List<String> rows = Files.readAllLines(Path.of("README.md")).stream()
                .filter(line -> line.matches("\\| .* \\| (carried|ignored|refused) \\| .* \\|")).toList();

        assertThat(rows).isEqualTo(Fidelity.FEATURES.stream().map(feature -> "| " + feature.name() + " | "
                + feature.behaviour().word() + " | " + feature.how() + " |").toList());
    }

    @Test
    void theSettingsInTheReadmeAreThoseDeclared() throws Exception {
        String readme = Files.readString(Path.of("README.md"));

        assertThat(AnthropicSettings.DECLARED).allSatisfy(setting -> assertThat(readme).contains("| `" + setting.name()
                + "` | " + (setting.fallback().isEmpty() ? "" : "`" + setting.fallback() + "` ") + "| "
                + setting.meaning() + " |"));
    }
}
