package dev.formulary.engine.boot;

import dev.formulary.engine.store.AuditLog;
import dev.formulary.engine.store.ChainReport;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `formulary audit`
@Command(name = "audit", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "[COMMAND]", description = "Shows who changed what. Without a command, the latest entries.")
final class AuditCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(names = {"-n", "--last"}, paramLabel = "N", description = "how many; preset: 20")
    private int last = 20;

    private AuditCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    static CommandLine of(Terminal terminal) {
        return new CommandLine(new AuditCommand(terminal)).addSubcommand(new Verify(terminal));
    }

    @Override
    public Integer call() {
        if (last < 1) {
            return terminal.refuse(Exit.USAGE, "--last must be 1 or more");
        }
        AuditLog.latest(terminal.home().data(), last).reversed().forEach(entry -> terminal.out().println(line(entry)));
        return Exit.OK;
    }

    private static String line(Map<String, Object> entry) {
        if (entry.containsKey("damaged")) {
            return "(a line that can't be read; see: formulary audit verify)";
        }
        return "%s %s%s %s: %s %s".formatted(entry.get("at"), entry.get("who"),
                "".equals(entry.get("from")) ? "" : " from " + entry.get("from"), entry.get("what"),
                entry.get("outcome"), entry.get("about"));
    }

    @Command(name = "verify", mixinStandardHelpOptions = true, description = "Computes every hash of the audit log again: exit code 1 when an entry was changed or is missing.")
    static final class Verify implements Callable<Integer> {
        private final Terminal terminal;

        @Option(names = "--head", paramLabel = "HASH", description = "a hash that was noted elsewhere: it must be in there, so that nothing was cut off before it")
        private String head = "";

        Verify(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws IOException {
            ChainReport report = AuditLog.verify(terminal.home().data(), head);
            String broken = report.broken();
            if (broken != null) {
                return terminal.refuse(Exit.NO, "the audit log is not what was written: " + broken);
            }
            terminal.out().println(report.entries() + " entries, all as they were written; the last is "
                    + report.head() + " with the hash " + report.hash());
            return Exit.OK;
        }
    }
}
