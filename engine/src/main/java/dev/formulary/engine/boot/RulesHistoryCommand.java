package dev.formulary.engine.boot;

import dev.formulary.engine.admin.AdminJson;
import dev.formulary.engine.decision.RuleChange;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `formulary rules history`
@Command(name = "history", mixinStandardHelpOptions = true, description = "Lists the last changes of the rules: who, when, what; the latest first.")
final class RulesHistoryCommand implements Callable<Integer> {
    private static final int SHORT = 12;

    private final Terminal terminal;

    @Option(names = "--json", description = "print the changes as JSON")
    private boolean json;

    RulesHistoryCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        List<RuleChange> history = RuleDesk.ledger(terminal.home(), Clock.systemUTC()).history();
        if (json) {
            terminal.out().println(new String(AdminJson.write(history), StandardCharsets.UTF_8));
        } else {
            history.forEach(this::show);
            if (history.isEmpty()) {
                terminal.out().println("no changes");
            }
        }
        return Exit.OK;
    }

    private void show(RuleChange change) {
        terminal.out().printf("%-4d %s  %-11s  %s  %s%n", change.number(), change.at(),
                RulesState.words(change.event()), change.hash().substring(0, SHORT), change.who());
        detail("version", change.manifest().toString());
        detail("changed", change.manifest().changed().lines().findFirst().orElse(""));
        detail("files", words(change.files()));
        detail("rules", words(change.rules()));
        change.problems().forEach(problem -> detail("problem", problem));
    }

    private void detail(String word, String text) {
        if (!text.isBlank()) {
            terminal.out().printf("     %-8s %s%n", word, text);
        }
    }

    private static String words(RuleChange.Difference difference) {
        var words = new StringJoiner(" ");
        difference.added().forEach(name -> words.add("+" + name));
        difference.changed().forEach(name -> words.add("~" + name));
        difference.removed().forEach(name -> words.add("-" + name));
        return words.toString();
    }
}
