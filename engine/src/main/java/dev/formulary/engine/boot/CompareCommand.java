package dev.formulary.engine.boot;

import dev.formulary.engine.admin.AdminJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `formulary compare`: works on the home folder, whether a gateway runs or not.
@Command(name = "compare", mixinStandardHelpOptions = true, description = "Compares latency, cost and failures of two models, rule sets or labels of keys by the recorded decisions, with interval and probability.", footerHeading = "%nExit codes: 0 compared, 1 too few calls to say anything, 2 nothing could be compared.%n")
final class CompareCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(names = "--by", paramLabel = "WHAT", defaultValue = "model", description = "model (provider/model), rules (a hash or its beginning) or tag (a label of a key); default: ${DEFAULT-VALUE}")
    private String by = "";

    @Parameters(index = "0", paramLabel = "A", description = "the one that is compared with: the baseline")
    private String a = "";

    @Parameters(index = "1", paramLabel = "B", description = "the other")
    private String b = "";

    @Option(names = "--from", paramLabel = "DAY", defaultValue = "", description = "the first day in UTC, such as 2026-11-30; default: 29 days before the last")
    private String from = "";

    @Option(names = "--to", paramLabel = "DAY", defaultValue = "", description = "the last day; default: today")
    private String to = "";

    @Option(names = "--last", paramLabel = "N", defaultValue = "", description = "how many decisions to look at, the latest; default: 100000")
    private String last = "";

    @Option(names = "--json", description = "as the management API gives it")
    private boolean json;

    CompareCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Map<String, String> said = Map.of("by", by, "a", a, "b", b, "from", from, "to", to, "last", last);
        try {
            Compared found = Compared.of(terminal.home(), name -> said.getOrDefault(name, ""),
                    LocalDate.now(Clock.systemUTC()));
            if (json) {
                terminal.out().println(new String(AdminJson.write(found), StandardCharsets.UTF_8));
            } else {
                found.lines().forEach(terminal.out()::println);
            }
            return found.enough() ? Exit.OK : Exit.NO;
        } catch (IllegalArgumentException | IOException e) {
            return terminal.refuse(Exit.USAGE, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return terminal.refuse(Exit.USAGE, "interrupted");
        }
    }
}
