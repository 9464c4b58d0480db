package dev.formulary.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.decision.Coverage;
import dev.formulary.engine.decision.Formatter;
import dev.formulary.engine.decision.Policy;
import dev.formulary.engine.decision.RuleSetReport;
import dev.formulary.engine.decision.Tryout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShippedRulesTest {
    /// As it is shipped.
    private static final Path FOLDER = Path.of("target", "classes", "rules").toAbsolutePath();
    private static final Pattern EXAMPLE = Pattern.compile("```(drl|yaml|csv) ([\\w/.-]+)\n(.*?)```", Pattern.DOTALL);

    @Test
    void theShippedRulesKeepTheirScenariosAndEachRuleFiresInOne() {
        RuleSetReport report = Policy.check(FOLDER);
        assertThat(report.problems()).isEmpty();
        assertThat(report.accepted()).isTrue();
        assertThat(report.rules()).isGreaterThanOrEqualTo(15);
        assertThat(report.untested()).as("rules that no scenario fires").isEmpty();
    }

    @Test
    void nothingInTheShippedRulesShouldBeLookedAt() throws IOException {
        assertThat(Tryout.of(FOLDER, List.of(), null).report().warnings()).isEmpty();
    }

    @Test
    void eachRuleFiresInSomeScenarioAndEachConditionIsSeenTrueAndFalse() throws IOException {
        Coverage coverage = Tryout.of(FOLDER, List.of(), null).coverage();
        assertThat(coverage.ofRules().percent()).isEqualTo(100);
        assertThat(coverage.rules()).allSatisfy(rule -> assertThat(rule.conditions())
                .allMatch(condition -> condition.measured() && condition.seenTrue() && condition.seenFalse()));
    }

    @Test
    void theShippedRulesSayWhatTheyAre() {
        assertThat(Policy.check(FOLDER).manifest().name()).isEqualTo("shipped rules");
    }

    @Test
    void theShippedRulesAreFormatted() throws IOException {
        try (Stream<Path> all = Files.walk(FOLDER)) {
            List<Path> files = all.filter(path -> Formatter.formats(path.toString())).toList();
            assertThat(files).isNotEmpty();
            for (Path file : files) {
                String text = Files.readString(file);
                assertThat(Formatter.format(file.toString(), text)).as("formulary rules fmt %s", file)
                        .isEqualTo(new Formatter.Formatted(text, List.of()));
            }
        }
    }

    @Test
    void theExamplesOfTheReadmeWork(@TempDir Path folder) throws IOException {
        Matcher example = EXAMPLE.matcher(Files.readString(FOLDER.resolve("README.md")));
        int examples = 0;
        while (example.find()) {
            Path file = folder.resolve(example.group(2));
            Files.createDirectories(file.getParent());
            Files.writeString(file, example.group(3));
            examples++;
        }
        RuleSetReport report = Policy.check(folder);
        assertThat(examples).isGreaterThanOrEqualTo(2);
        assertThat(report.problems()).isEmpty();
        assertThat(report.untested()).isEmpty();
    }
}
