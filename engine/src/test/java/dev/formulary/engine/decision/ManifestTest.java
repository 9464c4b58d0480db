package dev.formulary.engine.decision;

import static dev.formulary.engine.decision.Rules.put;
import static dev.formulary.engine.decision.Rules.rule;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestTest {
    @TempDir
    Path folder;

    private static Map<String, byte[]> files(String text) {
        return Map.of(Manifest.FILE, text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> problems(String text) {
        return Manifest.check(files(text)).problems().stream().map(Problem::toString).toList();
    }

    @Test
    void itSaysWhoseRulesTheseAre() {
        String text = """
            name: ward 3
            version: 1.20
            author: Maria
            owner: clinic
            changed: |
              nights are quieter
            """;
        assertThat(problems(text)).isEmpty();
        Manifest manifest = Manifest.of(files(text));
        assertThat(manifest)
                .isEqualTo(new Manifest("ward 3", "1.20", "Maria", "clinic", "nights are quieter"))
                .hasToString("ward 3 1.20 by Maria");
        assertThat(Manifest.of(Map.of())).isEqualTo(Manifest.NONE).hasToString("");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing yet", "name:", "---\n"})
    void anEmptyOneSaysNothing(String text) {
        assertThat(problems(text)).isEmpty();
        assertThat(Manifest.of(files(text))).isEqualTo(Manifest.NONE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "name: a;verison: 2|manifest.yaml:2:1 'verison' is not known, did you mean 'version'?",
            "weather: a|manifest.yaml:1:1 'weather' is not known; a manifest has name, version, author, owner, changed",
            "name: [a, b]|manifest.yaml:1:1 'name' must be text",
            "name: a;name: b|manifest.yaml:2:1 'name' stands here for the second time",
            "- name|manifest.yaml:1:1 a manifest holds lines such as 'version: 1.2'",
            "name: a;---;name: b|manifest.yaml:3:1 a manifest has one document, keep one",
            "name: a; x: b|manifest.yaml:2:3 not YAML: mapping values are not allowed here"})
    void whatIsWrongIsToldWithItsLine(String text, String problem) {
        assertThat(problems(text.replace(';', '\n'))).singleElement().asString().startsWith(problem);
    }

    @Test
    void whatIsTooLongIsRefused() {
        assertThat(problems("changed: " + "x".repeat(3000))).singleElement().asString()
                .contains("'changed' may have 2000 characters, it has 3000");
    }

    @Test
    void aWrongManifestRefusesTheRulesAndARightOneIsShown() {
        put(folder, "load/a.drl", rule("a", "Call()", "decision.lastResort(\"x\");"));
        put(folder, "manifest.yaml", "versio: 1");
        assertThat(Policy.check(folder).problems()).singleElement().asString().contains("did you mean 'version'?");
        put(folder, "manifest.yaml", "version: 1");
        RuleSetReport report = Policy.check(folder);
        assertThat(report.accepted()).isTrue();
        assertThat(report.manifest().version()).isEqualTo("1");
    }
}
