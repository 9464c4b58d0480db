package dev.formulary.engine.boot;

import dev.formulary.engine.admin.AdminJson;
import dev.formulary.engine.config.Configuration;
import dev.formulary.engine.config.ConfigurationException;
import dev.formulary.engine.config.Home;
import dev.formulary.engine.config.LedgerSettings;
import dev.formulary.engine.store.LedgerQuery;
import dev.formulary.engine.store.LedgerReader;
import dev.formulary.engine.store.LedgerReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `formulary ledger`: works on the home folder, whether a gateway runs or not.
@Command(name = "ledger", mixinStandardHelpOptions = true, description = "Shows what attempts cost. What ended in the last second may be missing.")
final class LedgerCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(names = "--by", paramLabel = "WHAT", defaultValue = "day", description = "day, model, tenant, key, session, tag (what the caller wrote), labels (of the key) or rule; default: ${DEFAULT-VALUE}")
    private String by = "";

    @Option(names = "--from", paramLabel = "DAY", defaultValue = "", description = "the first day in UTC, such as 2026-11-30; default: 29 days before the last")
    private String from = "";

    @Option(names = "--to", paramLabel = "DAY", defaultValue = "", description = "the last day; default: today")
    private String to = "";

    @Option(names = "--format", paramLabel = "FORMAT", defaultValue = "table", description = "table (in dollars), csv or json (in micro-dollars); default: ${DEFAULT-VALUE}")
    private String format = "";

    @Option(names = "--limit", paramLabel = "N", defaultValue = "", description = "how many rows at most; default: 1000")
    private String limit = "";

    @Option(names = "--offset", paramLabel = "N", defaultValue = "", description = "how many rows to leave out before")
    private String offset = "";

    LedgerCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Home home = terminal.home();
        try {
            Map<String, String> said = Map.of("by", by, "from", from, "to", to, "limit", limit, "offset", offset);
            LedgerReport report = new LedgerReader(home.data(), home.cache(), settings(home))
                    .read(LedgerQuery.of(name -> said.getOrDefault(name, ""), LocalDate.now(Clock.systemUTC())));
            return switch (format) {
                case "table" -> print(LedgerText.table(report));
                case "csv" -> print(LedgerText.csv(report));
                case "json" -> print(new String(AdminJson.write(LedgerText.document(report)), StandardCharsets.UTF_8)
                        + System.lineSeparator());
                default -> terminal.refuse(Exit.USAGE, "--format must be table, csv or json, not " + format);
            };
        } catch (IllegalArgumentException | IOException | ConfigurationException e) {
            return terminal.refuse(Exit.USAGE, String.valueOf(e.getMessage()));
        }
    }

    /// Without a file of settings the ledger is where it usually is.
    private LedgerSettings settings(Home home) throws ConfigurationException {
        return Files.isRegularFile(home.folder().resolve(Configuration.FILE))
                ? Configuration.load(home.folder(), terminal.env()).ledger()
                : LedgerSettings.USUAL;
    }

    private int print(String text) {
        terminal.out().print(text);
        terminal.out().flush();
        return Exit.OK;
    }
}
