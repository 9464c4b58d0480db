package dev.formulary.engine.boot;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `formulary rules`
@Command(name = "rules", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "[COMMAND]", description = "Works on rule sets. Without a command it says which rules serve.")
final class RulesCommand implements Callable<Integer> {
    private final RulesState state;

    RulesCommand(Terminal terminal) {
        state = new RulesState(terminal);
    }

    @Override
    public Integer call() {
        return state.show();
    }

    /// `formulary rules check`
    @Command(name = "check", mixinStandardHelpOptions = true, description = "Checks a rule set: syntax, words, what is forbidden, scenarios.")
    static final class Check implements Callable<Integer> {
        private final Terminal terminal;
        private final RuleCheck ruleCheck;

        @Parameters(arity = "0..1", paramLabel = "FOLDER", description = "the rule set; default: rules in the home folder")
        private @Nullable Path folder;

        @Option(names = "--json", description = "print the problems as JSON")
        private boolean json;

        Check(Terminal terminal, RuleCheck ruleCheck) {
            this.terminal = terminal;
            this.ruleCheck = ruleCheck;
        }

        @Override
        public Integer call() throws IOException {
            Path rules = folder == null ? terminal.home().rules() : folder;
            if (!Files.isDirectory(rules)) {
                return terminal.refuse(Exit.USAGE, "there is no folder " + rules
                        + "; name one, or make the home folder with: formulary run");
            }
            List<RuleCheck.Problem> problems = ruleCheck.check(rules);
            if (json) {
                terminal.out().println(new JsonMapper().writeValueAsString(problems));
            } else {
                problems.forEach(terminal.out()::println);
                terminal.out().println(problems.isEmpty()
                        ? rules + ": no problems"
                        : rules + ": " + problems.size() + (problems.size() == 1 ? " problem" : " problems"));
            }
            return problems.isEmpty() ? Exit.OK : Exit.NO;
        }
    }
}
