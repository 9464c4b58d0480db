package dev.formulary.engine.boot;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.formulary.engine.admin.AdminJson;
import dev.formulary.engine.config.Home;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Outcome;
import dev.formulary.engine.store.ChainReport;
import dev.formulary.engine.store.DecisionJson;
import dev.formulary.engine.store.DecisionReader;
import dev.formulary.engine.store.Kept;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `formulary decisions`: works on the home folder, whether a gateway runs or not.
@Command(name = "decisions", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "COMMAND", description = "Shows and checks the decisions that were kept.")
final class DecisionsCommand {

    static CommandLine of(Terminal terminal) {
        return new CommandLine(new DecisionsCommand()).addSubcommand(new Latest(terminal))
                .addSubcommand(new Show(terminal)).addSubcommand(new Verify(terminal));
    }

    static DecisionReader open(Terminal terminal) throws IOException {
        Home home = terminal.home();
        return new DecisionReader(home.data(), home.cache());
    }

    /// `formulary decisions list`
    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the latest decisions, the newest first.")
    static final class Latest implements Callable<Integer> {
        private final Terminal terminal;

        @Option(names = "--last", paramLabel = "N", defaultValue = "20", description = "how many; default: ${DEFAULT-VALUE}")
        private int last;

        @Option(names = "--json", description = "print each decision as JSON, one a line")
        private boolean json;

        Latest(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            try (DecisionReader reader = open(terminal)) {
                reader.latest(Math.max(0, last), why -> terminal.refuse(Exit.NO, why))
                        .forEach(kept -> terminal.out().println(json ? document(kept) : line(kept)));
                return Exit.OK;
            } catch (IOException e) {
                return terminal.refuse(Exit.USAGE, String.valueOf(e.getMessage()));
            }
        }

        private static String line(Kept kept) {
            Outcome outcome = kept.recorded().outcome();
            String result = switch (kept.recorded().decision()) {
                case Decision.Allow allow -> "allow  " + allow.plan().attempts().getFirst().id();
                case Decision.Deny deny -> "deny   " + deny.code();
            };
            return kept.id() + "  " + kept.recorded().call().received() + "  " + kept.recorded().call().tenant() + "  "
                    + result + (outcome == null ? "" : "  " + outcome.status().name().toLowerCase(Locale.ROOT));
        }
    }

    static String document(Kept kept) {
        return new String(AdminJson.write(DecisionJson.of(kept.recorded())), StandardCharsets.UTF_8);
    }

    /// `formulary decisions show`
    @Command(name = "show", mixinStandardHelpOptions = true, description = "Shows a decision and why it is so.")
    static final class Show implements Callable<Integer> {
        private final Terminal terminal;

        @Parameters(paramLabel = "ID", description = "as in the header X-Formulary-Decision")
        private String id = "";

        @Option(names = "--json", description = "print it as JSON")
        private boolean json;

        Show(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            try (DecisionReader reader = open(terminal)) {
                Kept kept = reader.find(id);
                if (kept == null) {
                    return terminal.refuse(Exit.NO, "there is no decision " + id + ", or it is not kept any more");
                }
                String document = document(kept);
                terminal.out().println(json ? document : DecisionText.of(new JsonMapper().readTree(document)));
                if (!kept.hidden().isEmpty()) {
                    terminal.err().println("not kept as they were: " + String.join(", ", kept.hidden()));
                }
                return Exit.OK;
            } catch (IOException e) {
                return terminal.refuse(Exit.USAGE, String.valueOf(e.getMessage()));
            }
        }
    }

    /// `formulary decisions verify`
    @Command(name = "verify", mixinStandardHelpOptions = true, description = "Checks that no decision that is kept was changed, added or taken away since it was written.", footerHeading = "%nExit codes: 0 all is as it was written, 1 it is not, 2 it can't be told.%n", footer = "Who may write the file could write a whole new one: note the hash that is printed elsewhere, and name it with --has later.")
    static final class Verify implements Callable<Integer> {
        private final Terminal terminal;

        @Option(names = "--has", paramLabel = "HASH", description = "a hash that an earlier verification printed must still be in the chain")
        private @Nullable String has;

        Verify(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            try (DecisionReader reader = open(terminal)) {
                ChainReport report = reader.verify(has);
                if (report.broken() != null) {
                    return terminal.refuse(Exit.NO, report.broken());
                }
                terminal.out().println(report.entries() + " entries, " + report.first() + " to " + report.head()
                        + ", are as they were written");
                terminal.out().println("hash of the last: " + report.hash());
                return Exit.OK;
            } catch (IOException e) {
                return terminal.refuse(Exit.USAGE, String.valueOf(e.getMessage()));
            }
        }
    }
}
