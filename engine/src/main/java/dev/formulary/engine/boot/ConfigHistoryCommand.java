package dev.formulary.engine.boot;

import dev.formulary.engine.admin.AdminJson;
import dev.formulary.engine.config.Versions.Version;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `formulary config history`
@Command(name = "history", mixinStandardHelpOptions = true, description = "Lists the last versions of conf/formulary.yaml: who, when, which providers; the latest first.")
final class ConfigHistoryCommand implements Callable<Integer> {
    private static final int SHORT = 12;

    private final Terminal terminal;

    @Option(names = "--json", description = "print the versions as JSON")
    private boolean json;

    ConfigHistoryCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        List<Version> all = new ConfigurationFile(terminal.home(), terminal.env(), Clock.systemUTC()).versions().all();
        if (json) {
            terminal.out().println(new String(AdminJson.write(all), StandardCharsets.UTF_8));
        } else {
            all.forEach(this::show);
            if (all.isEmpty()) {
                terminal.out().println("no versions");
            }
        }
        return Exit.OK;
    }

    private void show(Version version) {
        String event = version.event().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        terminal.out().println("%-4d %s  %-11s  %s  %s  %s".formatted(version.number(), version.at(), event,
                version.hash().substring(0, SHORT), version.who(), version.changed()).stripTrailing());
    }
}
