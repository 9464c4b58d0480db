package dev.formulary.engine.boot;

import dev.formulary.engine.admin.AdminJson;
import dev.formulary.engine.decision.Ruling;
import dev.formulary.engine.store.Backtest;
import dev.formulary.engine.store.BacktestReport;
import dev.formulary.engine.store.BacktestReport.Side;
import dev.formulary.engine.store.DecisionReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `formulary rules backtest`
@Command(name = "backtest", mixinStandardHelpOptions = true, description = "Decides recorded calls with other rules: which would go elsewhere, at what cost, and how safely.", footerHeading = "%nExit codes: 0 done, 1 the rules are broken or there would be more unsafe routes, 2 nothing could be compared.%n")
final class BacktestCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(names = "--rules", paramLabel = "FOLDER", required = true, description = "the rules to try")
    private Path rules = Path.of("");

    @Option(names = "--last", paramLabel = "N", defaultValue = "10000", description = "how many decisions; default: ${DEFAULT-VALUE}")
    private long last;

    @Option(names = "--show", paramLabel = "N", defaultValue = "20", description = "how many calls to list; default: ${DEFAULT-VALUE}")
    private int show;

    @Option(names = "--json", description = "print the report as JSON")
    private boolean json;

    BacktestCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (!Files.isDirectory(rules)) {
            return terminal.refuse(Exit.USAGE, "there is no folder " + rules);
        }
        try (DecisionReader reader = DecisionsCommand.open(terminal)) {
            Ruling.Tried tried = Ruling.of(rules, LexiconCompanion.checking());
            Ruling ruling = tried.ruling();
            if (ruling == null) {
                tried.report().problems().forEach(problem -> terminal.refuse(Exit.NO, problem.toString()));
                return Exit.NO;
            }
            long start = System.nanoTime();
            BacktestReport report = new Backtest(ruling::decide, ruling.hash()).run(reader, Math.max(1, last));
            if (json) {
                terminal.out().println(new String(AdminJson.write(report), StandardCharsets.UTF_8));
            } else {
                print(report, (System.nanoTime() - start) / 1e9);
            }
            return report.compared() == 0 ? Exit.USAGE : report.unsafeMore() > 0 ? Exit.NO : Exit.OK;
        } catch (IOException e) {
            return terminal.refuse(Exit.USAGE, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return terminal.refuse(Exit.USAGE, "interrupted");
        }
    }

    private void print(BacktestReport report, double seconds) {
        terminal.out().printf(Locale.ROOT, "compared   %d decisions with the rules %s, in %.1f s (%.0f a second)%n",
                report.compared(), report.rules(),
                seconds, report.compared() / seconds);
        report.incomparable()
                .forEach((why, count) -> terminal.out().printf(Locale.ROOT, "left out   %d: %s%n", count, why));
        if (report.hidden() > 0) {
            terminal.out().printf(Locale.ROOT,
                    "hidden     %d have facts that were hashed or masked; rules that ask for these decide otherwise here%n",
                    report.hidden());
        }
        terminal.out().printf(Locale.ROOT, "flipped    %d: %d to another model, %d to denied, %d to allowed%n",
                report.flipped(),
                report.changed().getOrDefault("model", 0L), report.changed().getOrDefault("denied", 0L),
                report.changed().getOrDefault("allowed", 0L));
        Side before = report.recorded();
        Side after = report.candidate();
        terminal.out().printf(Locale.ROOT, "denied     %d -> %d%n", before.denied(), after.denied());
        terminal.out().printf(Locale.ROOT, "cost       $%.6f -> $%.6f, estimated for %d calls%n",
                before.costMicros() / 1e6, after.costMicros() / 1e6,
                before.costs());
        terminal.out().printf(Locale.ROOT, "latency    %.0f ms -> %.0f ms, expected for %d calls%n", mean(before),
                mean(after), before.latencies());
        terminal.out().printf(Locale.ROOT, "unsafe     %d -> %d%n", before.unsafe(), after.unsafe());
        report.unsafe().stream().limit(show)
                .forEach(one -> terminal.out().printf(Locale.ROOT, "  unsafe   %s  %s (%s)%s%n", one.id(), one.model(),
                        one.why(), one.isNew() ? ", not so before" : ""));
        report.flips().stream().limit(show)
                .forEach(flip -> terminal.out().printf(Locale.ROOT, "  %-8s %s  %s -> %s%n", flip.kind(), flip.id(),
                        flip.from(), flip.to()));
        report.notes().forEach(note -> terminal.out().printf(Locale.ROOT, "note       %s%n", note));
    }

    private static double mean(Side side) {
        return side.latencies() == 0 ? 0 : (double) side.latencyMs() / side.latencies();
    }
}
