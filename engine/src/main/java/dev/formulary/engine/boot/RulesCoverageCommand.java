package dev.formulary.engine.boot;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.formulary.engine.decision.Coverage;
import dev.formulary.engine.decision.Tryout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `formulary rules coverage`
@Command(name = "coverage", mixinStandardHelpOptions = true, description = "Tells which rules, rows of tables and conditions the scenarios of a rule set try.", footerHeading = "%nExit codes: 0 enough, 1 too little or the rules do not compile, 2 wrong usage.%n")
final class RulesCoverageCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final RuleCheck ruleCheck;

    @Parameters(arity = "0..1", paramLabel = "FOLDER", description = "the rule set; default: rules in the home folder")
    private @Nullable Path folder;

    @Option(names = "--json", description = "print it as JSON")
    private boolean json;

    @Option(names = "--min", paramLabel = "PERCENT", description = "end with 1 when fewer rules fire in scenarios")
    private int least;

    @Option(names = "--min-conditions", paramLabel = "PERCENT", description = "end with 1 when fewer outcomes of conditions are seen")
    private int leastConditions;

    RulesCoverageCommand(Terminal terminal, RuleCheck ruleCheck) {
        this.terminal = terminal;
        this.ruleCheck = ruleCheck;
    }

    @Override
    public Integer call() throws IOException {
        Path rules = RulesCommand.folder(terminal, folder);
        if (rules == null) {
            return Exit.USAGE;
        }
        if (least < 0 || least > 100 || leastConditions < 0 || leastConditions > 100) {
            return terminal.refuse(Exit.USAGE, "a percentage goes from 0 to 100");
        }
        Tryout tryout = ruleCheck.check(rules, null);
        if (tryout.notRun() > 0 || tryout.report().rules() == 0) {
            tryout.obstacles().forEach(problem -> terminal.err().println(problem));
            return terminal.refuse(Exit.NO,
                    "the scenarios can't be run; first correct what formulary rules check tells");
        }
        Coverage coverage = tryout.coverage();
        if (json) {
            terminal.out().println(new JsonMapper().writeValueAsString(CoverageText.json(coverage)));
        } else {
            CoverageText.print(coverage, terminal.out());
        }
        return coverage.ofRules().percent() >= least && coverage.ofConditions().percent() >= leastConditions
                ? Exit.OK
                : Exit.NO;
    }
}
