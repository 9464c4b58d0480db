package dev.formulary.engine.boot;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.formulary.engine.decision.ScenarioResult;
import dev.formulary.engine.decision.Tryout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `formulary rules test`
@Command(name = "test", mixinStandardHelpOptions = true, description = "Runs the scenarios of a rule set.", footerHeading = "%nExit codes: 0 all as expected, 1 something is not, 2 wrong usage.%n")
final class RulesTestCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final RuleCheck ruleCheck;

    @Parameters(index = "0", arity = "0..1", paramLabel = "FOLDER", description = "the rule set; default: rules in the home folder")
    private @Nullable Path folder;

    @Parameters(index = "1", arity = "0..1", paramLabel = "NAME-PATTERN", description = "only scenarios whose name or file contains it; * stands for any text")
    private @Nullable String pattern;

    @Option(names = "--junit", paramLabel = "FILE", description = "write the results as JUnit XML")
    private @Nullable Path junit;

    @Option(names = "--json", description = "print the results as JSON")
    private boolean json;

    @Option(names = "--coverage", description = "tell what the scenarios try of the rules")
    private boolean coverage;

    RulesTestCommand(Terminal terminal, RuleCheck ruleCheck) {
        this.terminal = terminal;
        this.ruleCheck = ruleCheck;
    }

    @Override
    public Integer call() throws IOException {
        Path rules = RulesCommand.folder(terminal, folder);
        if (rules == null) {
            return Exit.USAGE;
        }
        Tryout tryout = ruleCheck.check(rules, null);
        List<ScenarioResult> results = tryout.scenarios().stream().filter(this::meant).toList();
        if (pattern != null && results.isEmpty() && tryout.notRun() == 0) {
            return terminal.refuse(Exit.USAGE, "no scenario is called like '" + pattern + "'");
        }
        if (junit != null) {
            Path parent = junit.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.writeString(junit, JUnitXml.of(results, tryout.obstacles()));
        }
        if (json) {
            terminal.out().println(json(tryout, results));
        } else {
            var text = new ScenarioText(terminal.out(), colour());
            text.results(results);
            tryout.obstacles().forEach(problem -> terminal.out().println(problem));
            text.summary(results, tryout.notRun());
            if (coverage) {
                CoverageText.print(tryout.coverage(), terminal.out());
            }
        }
        return tryout.obstacles().isEmpty() && results.stream().allMatch(ScenarioResult::passed) ? Exit.OK : Exit.NO;
    }

    private boolean meant(ScenarioResult result) {
        if (pattern == null) {
            return true;
        }
        String all = ".*" + java.util.regex.Pattern.quote(pattern.toLowerCase(Locale.ROOT)).replace("*", "\\E.*\\Q")
                + ".*";
        return (result.file() + "\n" + result.name()).toLowerCase(Locale.ROOT).lines()
                .anyMatch(line -> line.matches(all));
    }

    /// Only people want colours, and some do not; see no-color.org.
    private boolean colour() {
        return "true".equals(terminal.properties().getProperty("formulary.terminal"))
                && terminal.env().getOrDefault("NO_COLOR", "").isEmpty();
    }

    private String json(Tryout tryout, List<ScenarioResult> results) throws IOException {
        var document = new LinkedHashMap<String, Object>();
        document.put("passed", results.stream().filter(ScenarioResult::passed).count());
        document.put("failed", results.stream().filter(result -> !result.passed()).count());
        document.put("notRun", tryout.notRun());
        document.put("scenarios", results);
        document.put("problems", tryout.obstacles());
        if (coverage) {
            document.put("coverage", CoverageText.json(tryout.coverage()));
        }
        return new JsonMapper().writeValueAsString(document);
    }
}
