package dev.formulary.engine.boot;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

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

    static CommandLine of(Terminal terminal, RuleCheck ruleCheck) {
        return new CommandLine(new RulesCommand(terminal))
                .addSubcommand(new RulesCheckCommand(terminal, ruleCheck))
                .addSubcommand(new RulesTestCommand(terminal, ruleCheck))
                .addSubcommand(new RulesCoverageCommand(terminal, ruleCheck))
                .addSubcommand(new BacktestCommand(terminal))
                .addSubcommand(new RulesHistoryCommand(terminal))
                .addSubcommand(new RulesDiffCommand(terminal))
                .addSubcommand(new RulesRollbackCommand(terminal))
                .addSubcommand(new RulesFormatCommand(terminal));
    }

    /// The folder of rules that is meant, or null when it does not exist; that was told then.
    static @Nullable Path folder(Terminal terminal, @Nullable Path named) {
        Path folder = named == null ? terminal.home().rules() : named;
        if (Files.isDirectory(folder)) {
            return folder;
        }
        terminal.refuse(Exit.USAGE, "there is no folder " + folder
                + "; name one, or make the home folder with: formulary run");
        return null;
    }
}
