package dev.formulary.engine.boot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.formulary.engine.config.ConfigurationException;
import dev.formulary.engine.decision.ModelCards;
import dev.formulary.engine.decision.Problem;
import dev.formulary.engine.decision.RuleSetReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `formulary rules check`
@Command(name = "check", mixinStandardHelpOptions = true, description = "Checks a rule set: syntax, words, what is forbidden, what is probably not meant, scenarios.", footerHeading = "%nExit codes: 0 nothing wrong, 1 something is, 2 wrong usage.%n")
final class RulesCheckCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final RuleCheck ruleCheck;

    @Parameters(arity = "0..1", paramLabel = "FOLDER", description = "the rule set; default: rules in the home folder")
    private @Nullable Path folder;

    @Option(names = "--json", description = "print problems and warnings as JSON")
    private boolean json;

    @Option(names = "--strict", description = "warnings end with 1 too")
    private boolean strict;

    @Option(names = {"-q", "--quiet"}, description = "print nothing when nothing is wrong")
    private boolean quiet;

    @Option(names = "--models", paramLabel = "FILE|URL", description = "which models there are, as /v1/models or /admin/providers tell it; default: those of the gateway that runs with this home folder, when its own rules are checked")
    private @Nullable String models;

    RulesCheckCommand(Terminal terminal, RuleCheck ruleCheck) {
        this.terminal = terminal;
        this.ruleCheck = ruleCheck;
    }

    @Override
    public Integer call() throws IOException {
        Path rules = RulesCommand.folder(terminal, folder);
        if (rules == null) {
            return Exit.USAGE;
        }
        ModelCards cards;
        try {
            cards = models != null ? KnownModels.read(models) : folder == null ? KnownModels.ofNode(terminal) : null;
        } catch (IOException | IllegalArgumentException | ConfigurationException e) {
            return terminal.refuse(Exit.USAGE, "the models can't be read: " + e.getMessage());
        }
        RuleSetReport report = ruleCheck.check(rules, cards).report();
        boolean good = report.problems().isEmpty() && (!strict || report.warnings().isEmpty());
        if (json) {
            terminal.out().println(json(report));
        } else {
            report.problems().forEach(problem -> terminal.out().println(line("error", problem)));
            report.warnings().forEach(problem -> terminal.out().println(line("warning", problem)));
            if (!quiet || !good) {
                terminal.out().println(rules + ": " + count(report.problems().size(), "problem") + ", "
                        + count(report.warnings().size(), "warning"));
            }
        }
        return good ? Exit.OK : Exit.NO;
    }

    private static String line(String severity, Problem problem) {
        String place = problem.file() + (problem.line() > 0 ? ":" + problem.line() : "")
                + (problem.line() > 0 && problem.column() > 0 ? ":" + problem.column() : "");
        return (place.isEmpty() ? "" : place + " ") + severity + (problem.code().isEmpty() ? "" : " " + problem.code())
                + (problem.rule().isEmpty() ? "" : " [" + problem.rule() + "]") + " " + problem.message();
    }

    static String count(int count, String what) {
        return (count == 0 ? "no" : count) + " " + what + (count == 1 ? "" : "s");
    }

    private static String json(RuleSetReport report) throws JsonProcessingException {
        var document = new LinkedHashMap<String, Object>();
        document.put("problems", all("error", report.problems()));
        document.put("warnings", all("warning", report.warnings()));
        return new JsonMapper().writeValueAsString(document);
    }

    private static List<Map<String, Object>> all(String severity, List<Problem> problems) {
        return problems.stream().map(problem -> {
            var one = new LinkedHashMap<String, Object>();
            one.put("severity", severity);
            one.put("code", problem.code());
            one.put("file", problem.file());
            one.put("line", problem.line());
            one.put("column", problem.column());
            one.put("rule", problem.rule());
            one.put("message", problem.message());
            return (Map<String, Object>) one;
        }).toList();
    }
}
