package dev.formulary.engine.boot;

import dev.formulary.engine.config.Home;
import dev.formulary.engine.store.Decider;
import dev.formulary.engine.store.DecisionReader;
import dev.formulary.engine.store.Kept;
import dev.formulary.engine.store.Replay;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `formulary replay`
@Command(name = "replay", mixinStandardHelpOptions = true, description = "Decides again what was decided, with the facts and the rules of then, and compares every field.", footerHeading = "%nExit codes: 0 the same, 1 something differs, 2 nothing could be compared.%n")
final class ReplayCommand implements Callable<Integer> {
    private static final int SHOWN = 20;

    private final Terminal terminal;
    private final Map<String, Long> unknown = new TreeMap<>();
    private long same;
    private long different;

    @Parameters(arity = "0..1", paramLabel = "ID", description = "one decision")
    private @Nullable String id;

    @Option(names = "--last", paramLabel = "N", description = "the latest decisions")
    private long last;

    @Option(names = "--all", description = "all decisions that are kept")
    private boolean all;

    @Option(names = "--rules", paramLabel = "FOLDER", description = "where the rules of then lie; default: rules in the home folder")
    private @Nullable Path rules;

    ReplayCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (id == null == (last <= 0 && !all)) {
            return terminal.refuse(Exit.USAGE, "name either one decision, or --last N, or --all");
        }
        Home home = terminal.home();
        try (var archive = new RecordedRules(home, rules == null ? home.rules() : rules);
                DecisionReader reader = DecisionsCommand.open(terminal)) {
            var replay = new Replay(hash -> archive.apply(hash).map(ruling -> (Decider) ruling::decide));
            if (id == null) {
                replay.each(reader, all ? Long.MAX_VALUE : last, this::take);
            } else {
                Kept kept = reader.find(id);
                if (kept == null) {
                    return terminal.refuse(Exit.USAGE, "there is no decision " + id + ", or it is not kept any more");
                }
                take(replay.of(kept));
            }
            return summary();
        } catch (IOException e) {
            return terminal.refuse(Exit.USAGE, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return terminal.refuse(Exit.USAGE, "interrupted");
        }
    }

    private void take(Replay.Finding finding) {
        switch (finding) {
            case Replay.Same _ -> same++;
            case Replay.Unknown(String _, String why) -> unknown.merge(why, 1L, Long::sum);
            case Replay.Different(String decision, var differences) -> {
                if (different++ < SHOWN) {
                    terminal.out().println(decision + " differs");
                    differences.forEach(line -> terminal.out().println("  " + line));
                }
            }
        }
    }

    private int summary() {
        terminal.out().println(same + " the same, " + different + " different, "
                + unknown.values().stream().mapToLong(Long::longValue).sum() + " not comparable");
        unknown.forEach((why, count) -> terminal.out().println("  " + count + " not comparable: " + why));
        return different > 0 ? Exit.NO : same > 0 ? Exit.OK : Exit.USAGE;
    }
}
