package dev.formulary.engine.boot;

import dev.formulary.engine.decision.Manifest;
import dev.formulary.engine.decision.RuleChange;
import java.time.Clock;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `formulary rules history`
@Command(name = "history", mixinStandardHelpOptions = true, description = "Lists the last changes of the rules: who, when, what; the latest first.")
final class RulesHistoryCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(names = "--json", description = "print the changes as JSON")
    private boolean json;

    RulesHistoryCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        return new HistoryText(terminal).list(RuleDesk.ledger(terminal.home(), Clock.systemUTC()).history(), json,
                "no changes", this::show);
    }

    private void show(RuleChange change) {
        new HistoryText(terminal).line(change.number(), change.at(), change.event(), change.hash(), change.who(), "");
        if (ofThisChange(change)) {
            detail("version", change.manifest().toString());
            detail("changed", change.manifest().changed().lines().findFirst().orElse(""));
        }
        detail("files", words(change.files()));
        detail("rules", words(change.rules()));
        change.problems().forEach(problem -> detail("problem", problem));
    }

    /// A manifest that somebody left as it was speaks of an earlier change.
    private static boolean ofThisChange(RuleChange change) {
        return change.files().added().contains(Manifest.FILE) || change.files().changed().contains(Manifest.FILE);
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
