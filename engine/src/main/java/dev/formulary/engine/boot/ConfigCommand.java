package dev.formulary.engine.boot;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// `formulary config`
@Command(name = "config", mixinStandardHelpOptions = true, description = "Shows and puts back versions of conf/formulary.yaml.")
final class ConfigCommand implements Callable<Integer> {
    private final Terminal terminal;

    private ConfigCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        return terminal.refuse(Exit.USAGE, "say what: formulary config history, formulary config rollback");
    }

    static CommandLine of(Terminal terminal) {
        return new CommandLine(new ConfigCommand(terminal))
                .addSubcommand(new ConfigHistoryCommand(terminal))
                .addSubcommand(new ConfigRollbackCommand(terminal));
    }
}
