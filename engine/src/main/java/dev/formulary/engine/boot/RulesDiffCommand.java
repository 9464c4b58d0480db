package dev.formulary.engine.boot;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.formulary.engine.admin.AdminJson;
import dev.formulary.engine.config.ConfigurationException;
import dev.formulary.engine.decision.RuleChange.Difference;
import dev.formulary.engine.decision.RuleDiff;
import dev.formulary.engine.decision.RuleFiles;
import dev.formulary.engine.decision.RuleLedger;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `formulary rules diff`: works on the home folder, and asks a gateway that runs which set serves.
@Command(name = "diff", mixinStandardHelpOptions = true, description = "Tells what is different between two rule sets: files, rules, rows of tables, words, scenarios, lines. Without names: what the rules folder changes in the set that serves, or served last.", footerHeading = "%nExit codes: 0 the same, 1 something differs, 2 nothing could be compared.%n")
final class RulesDiffCommand implements Callable<Integer> {
    private static final int SHORT = 12;

    private final Terminal terminal;

    @Parameters(index = "0", arity = "0..1", paramLabel = "FROM", description = "a number of: formulary rules history, the first digits of a hash, or a folder; default: the set that serves")
    private @Nullable String from;

    @Parameters(index = "1", arity = "0..1", paramLabel = "TO", description = "the same; default: rules in the home folder")
    private @Nullable String to;

    @Option(names = "--json", description = "print it as JSON")
    private boolean json;

    RulesDiffCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Path rules = terminal.home().rules();
        try {
            RuleFiles before = from == null ? serving() : meant(from);
            RuleFiles after = to == null ? meant(rules.toString()) : meant(to);
            return tell(RuleDiff.of(before, after));
        } catch (IOException | ConfigurationException e) {
            return terminal.refuse(Exit.USAGE, String.valueOf(e.getMessage()));
        }
    }

    private RuleLedger ledger() {
        return RuleDesk.ledger(terminal.home(), Clock.systemUTC());
    }

    private RuleFiles meant(String name) throws IOException {
        RuleLedger.Meant meant = ledger().meant(name);
        if (meant instanceof RuleLedger.Meant.Known(String hash)) {
            return kept(hash, name);
        }
        Path folder = folder(name);
        if (folder == null) {
            throw new IOException(((RuleLedger.Meant.Unknown) meant).reason()
                    + "; there is no folder of that name either");
        }
        return RuleFiles.of(folder);
    }

    private static @Nullable Path folder(String name) {
        try {
            return Files.isDirectory(Path.of(name)) ? Path.of(name) : null;
        } catch (InvalidPathException e) {
            return null;
        }
    }

    private RuleFiles kept(String hash, String name) throws IOException {
        Map<String, byte[]> files = ledger().files(hash)
                .orElseThrow(() -> new IOException("the rule set " + hash + " is not kept, or is damaged"));
        return new RuleFiles(name, files);
    }

    private RuleFiles serving() throws IOException, ConfigurationException {
        String hash = asked(NodeClient.of(terminal));
        if (!hash.isEmpty()) {
            return kept(hash, "serves");
        }
        String last = ledger().lastGood().orElseThrow(() -> new IOException(
                "no rule set serves and none was accepted before; name what to compare, or start with: formulary run"));
        return kept(last, "served last");
    }

    /// The hash of the set that serves; empty when none does, or no gateway runs.
    private static String asked(NodeClient node) {
        try {
            NodeClient.Reply reply = node.manage("/admin/rules");
            return reply.isOk() ? new JsonMapper().readTree(reply.body()).path("hash").asText() : "";
        } catch (IOException e) {
            // nobody is there, or no gateway: what served last is in the home folder
            return "";
        }
    }

    private int tell(RuleDiff diff) {
        if (json) {
            terminal.out().println(new String(AdminJson.write(diff), StandardCharsets.UTF_8));
        } else {
            show(diff);
        }
        return diff.same() ? Exit.OK : Exit.NO;
    }

    private void show(RuleDiff diff) {
        side("from", diff.before());
        side("to", diff.after());
        if (diff.same()) {
            terminal.out().println("nothing is different");
            return;
        }
        names("file", diff.files());
        names("rule", diff.rules());
        names("row", diff.rows());
        names("word", diff.words());
        names("scenario", diff.scenarios());
        diff.texts().forEach(this::text);
    }

    private void side(String word, RuleDiff.Side side) {
        terminal.out().printf("%-9s %s  %s%n", word, side.hash().substring(0, SHORT), side.name());
    }

    private void names(String word, Difference difference) {
        difference.added().forEach(name -> terminal.out().printf("%-9s + %s%n", word, name));
        difference.changed().forEach(name -> terminal.out().printf("%-9s ~ %s%n", word, name));
        difference.removed().forEach(name -> terminal.out().printf("%-9s - %s%n", word, name));
    }

    private void text(RuleDiff.FileText text) {
        terminal.out().printf("%n--- %s%n+++ %s%n", text.file(), text.file());
        for (RuleDiff.Hunk hunk : text.hunks()) {
            terminal.out().println(hunk.head());
            hunk.lines().forEach(terminal.out()::println);
        }
    }
}
