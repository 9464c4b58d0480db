package dev.formulary.engine.boot;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `formulary measures`
@Command(name = "measures", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "[COMMAND]", description = "Shows what is done about models for a while, by alerts and by operators. Without a command, what holds now.")
final class MeasuresCommand implements Callable<Integer> {
    private static final List<String> MEMBERS = List.of("id", "kind", "model", "points", "until", "by", "reason",
            "ended", "why", "ended_by");

    private final NodeQuestions asking;

    @Option(names = "--history", description = "what held before, the latest first")
    private boolean history;

    @Option(names = "--json", description = "as the management API gives it")
    private boolean json;

    private MeasuresCommand(NodeQuestions asking) {
        this.asking = asking;
    }

    static CommandLine of(Terminal terminal) {
        var asking = new NodeQuestions(terminal);
        return new CommandLine(new MeasuresCommand(asking)).addSubcommand(new Close(asking))
                .addSubcommand(new Avoid(asking)).addSubcommand(new Undo(asking));
    }

    @Override
    public Integer call() {
        return asking.show(history ? MeasureDesk.HISTORY : MeasureDesk.MEASURES, json, MEMBERS);
    }

    /// What both ways to begin one need.
    static final class Wanted {
        @Parameters(paramLabel = "MODEL", description = "its full name, or PROVIDER/* for all of a provider")
        private String model = "";

        @Option(names = "--for", required = true, paramLabel = "TIME", description = "when it ends by itself, such as 30m; at most 30d")
        private String time = "";

        @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "why; callers may be told")
        private String reason = "";

        @Option(names = "--by", paramLabel = "NAME", description = "who you are, for the history")
        private @Nullable String by;

        private int begin(NodeQuestions asking, String kind, Map<String, String> more) {
            var said = new HashMap<String, String>(more);
            said.putAll(Map.of("kind", kind, "model", model, "for", time, "reason", reason));
            if (by != null) {
                said.put("by", by);
            }
            return asking.change(MeasureDesk.BEGIN, said, answer -> {
                var last = answer.path(answer.size() - 1);
                return last.path("id").asText() + " holds until " + last.path("until").asText();
            });
        }
    }

    @Command(name = "close", mixinStandardHelpOptions = true, description = "Lets no call go to a model for a while.")
    static final class Close implements Callable<Integer> {
        private final NodeQuestions asking;

        @CommandLine.Mixin
        private final Wanted wanted = new Wanted();

        private Close(NodeQuestions asking) {
            this.asking = asking;
        }

        @Override
        public Integer call() {
            return wanted.begin(asking, "close", Map.of());
        }
    }

    @Command(name = "avoid", mixinStandardHelpOptions = true, description = "Makes a model worse by some points for a while.")
    static final class Avoid implements Callable<Integer> {
        private final NodeQuestions asking;

        @CommandLine.Mixin
        private final Wanted wanted = new Wanted();

        @Option(names = "--points", required = true, paramLabel = "POINTS", description = "by how many, up to 100")
        private String points = "";

        private Avoid(NodeQuestions asking) {
            this.asking = asking;
        }

        @Override
        public Integer call() {
            return wanted.begin(asking, "avoid", Map.of("points", points));
        }
    }

    @Command(name = "undo", mixinStandardHelpOptions = true, description = "Ends a measure before its time; what an alert wants does not begin again while that alert is open.")
    static final class Undo implements Callable<Integer> {
        private final NodeQuestions asking;

        @Parameters(paramLabel = "ID", description = "of the measure, such as m3")
        private String id = "";

        @Option(names = "--by", paramLabel = "NAME", description = "who you are, for the history")
        private @Nullable String by;

        private Undo(NodeQuestions asking) {
            this.asking = asking;
        }

        @Override
        public Integer call() {
            Map<String, String> said = by == null ? Map.of("id", id) : Map.of("id", id, "by", by);
            return asking.change(MeasureDesk.UNDO, said, _ -> id + " is over");
        }
    }
}
