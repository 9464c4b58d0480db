package dev.formulary.engine.boot;

import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `formulary config history`
@Command(name = "history", mixinStandardHelpOptions = true, description = "Lists the last versions of conf/formulary.yaml: who, when, which providers; the latest first.")
final class ConfigHistoryCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(names = "--json", description = "print the versions as JSON")
    private boolean json;

    ConfigHistoryCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        var text = new HistoryText(terminal);
        return text.list(new ConfigurationFile(terminal.home(), terminal.env(), Clock.systemUTC()).versions().all(),
                json, "no versions", one -> text.line(one.number(), one.at(), one.event(), one.hash(), one.who(),
                        one.changed()));
    }
}
