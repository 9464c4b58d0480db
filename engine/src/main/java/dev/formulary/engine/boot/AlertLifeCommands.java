package dev.formulary.engine.boot;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The commands of `formulary alerts` by which an operator looks at alerts and handles them.
final class AlertLifeCommands {
    private static final List<String> OPEN = List.of("code", "resource", "severity", "state", "held", "rule", "count",
            "message");

    private AlertLifeCommands() {}

    static void addTo(CommandLine alerts, NodeQuestions asking) {
        alerts.addSubcommand(new Open(asking)).addSubcommand(new Ack(asking)).addSubcommand(new Hush(asking))
                .addSubcommand(new Unsilence(asking)).addSubcommand(new Resolve(asking))
                .addSubcommand("silences", new Shows(asking, AlertDesk.SILENCES, List.of("id", "until", "scope", "by",
                        "note")))
                .addSubcommand("history", new Shows(asking, AlertDesk.HISTORY, List.of("opened", "ended", "code",
                        "resource", "severity", "rule", "count", "told", "how", "message")))
                .addSubcommand("stats",
                        new Shows(asking, AlertDesk.STATISTICS, List.of("rule", "code", "opened", "open",
                                "open_for", "acknowledged", "mean_to_acknowledge", "mean_to_resolve", "silenced",
                                "flapping",
                                "last_week", "noisy")));
        about(alerts, "silences", "Lists the silences that hold.");
        about(alerts, "history", "Lists the latest alerts that are over, the newest first.");
        about(alerts, "stats",
                "Shows of each rule how often it was heard, how long its alerts lasted, and who heeded them.");
    }

    static List<String> members() {
        return OPEN;
    }

    private static void about(CommandLine alerts, String name, String text) {
        Objects.requireNonNull(alerts.getSubcommands().get(name)).getCommandSpec().usageMessage().description(text);
    }

    /// Who asks, and why.
    static final class Who {
        @Option(names = "--by", paramLabel = "NAME", description = "who asks; preset: the user of this machine")
        private @Nullable String by;

        @Option(names = "--note", paramLabel = "TEXT", description = "what there is to say of it")
        private @Nullable String note;

        Map<String, String> said() {
            var said = new HashMap<String, String>();
            put(said, "by", by == null ? System.getProperty("user.name") : by);
            put(said, "note", note);
            return said;
        }
    }

    /// Which alerts.
    static final class Which {
        @Option(names = "--resource", paramLabel = "NAME", description = "of which model, provider or budget")
        private @Nullable String resource;

        @Option(names = "--rule", paramLabel = "ID", description = "of which rule")
        private @Nullable String rule;

        void addTo(Map<String, String> said) {
            put(said, "resource", resource);
            put(said, "rule", rule);
        }
    }

    private static void put(Map<String, String> said, String name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            said.put(name, value);
        }
    }

    @Command(mixinStandardHelpOptions = true)
    static final class Shows implements Callable<Integer> {
        private final NodeQuestions asking;
        private final String path;
        private final List<String> members;

        @Option(names = "--json", description = "as the management API gives it")
        private boolean json;

        private Shows(NodeQuestions asking, String path, List<String> members) {
            this.asking = asking;
            this.path = path;
            this.members = members;
        }

        @Override
        public Integer call() {
            return asking.show(path, json, members);
        }
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the open alerts, the worst first.")
    static final class Open implements Callable<Integer> {
        private final NodeQuestions asking;

        @Option(names = "--json", description = "as the management API gives it")
        private boolean json;

        @Option(names = "--pending", description = "what is not so for long enough yet to be an alert")
        private boolean pending;

        private Open(NodeQuestions asking) {
            this.asking = asking;
        }

        @Override
        public Integer call() {
            return asking.show(pending ? AlertDesk.PENDING : "/admin/alerts", json, OPEN);
        }
    }

    @Command(name = "ack", mixinStandardHelpOptions = true, description = "Takes note of the open alerts of a code, or of all: nobody else is told of them until they get worse.")
    static final class Ack implements Callable<Integer> {
        private final NodeQuestions asking;

        @Parameters(arity = "0..1", paramLabel = "CODE", description = "which; without it all")
        private @Nullable String code;

        @Mixin
        private Which which = new Which();

        @Mixin
        private Who who = new Who();

        private Ack(NodeQuestions asking) {
            this.asking = asking;
        }

        @Override
        public Integer call() {
            Map<String, String> said = who.said();
            put(said, "code", code);
            which.addTo(said);
            return asking.change(AlertDesk.ACKNOWLEDGE, said,
                    answer -> answer.path("acknowledged").asText() + " acknowledged");
        }
    }

    @Command(name = "silence", mixinStandardHelpOptions = true, description = "Keeps alerts from being told for a while, and prints the id of the silence. A star at the end of a code, resource or rule stands for any.")
    static final class Hush implements Callable<Integer> {
        private final NodeQuestions asking;

        @Parameters(arity = "0..1", paramLabel = "CODE", description = "of which code")
        private @Nullable String code;

        @Option(names = "--for", paramLabel = "TIME", description = "how long, such as 2h; preset: 1h")
        private @Nullable String time;

        @Option(names = "--until", paramLabel = "TIME", description = "or until when, such as 2026-12-24T18:00:00Z")
        private @Nullable String until;

        @Mixin
        private Which which = new Which();

        @Mixin
        private Who who = new Who();

        private Hush(NodeQuestions asking) {
            this.asking = asking;
        }

        @Override
        public Integer call() {
            Map<String, String> said = who.said();
            put(said, "code", code);
            put(said, "for", time);
            put(said, "until", until);
            which.addTo(said);
            return asking.change(AlertDesk.SILENCE, said, answer -> answer.path("id").asText() + " until "
                    + answer.path("until").asText());
        }
    }

    @Command(name = "unsilence", mixinStandardHelpOptions = true, description = "Ends a silence.")
    static final class Unsilence implements Callable<Integer> {
        private final NodeQuestions asking;

        @Parameters(paramLabel = "ID", description = "which, as \"formulary alerts silences\" has it")
        private String id = "";

        private Unsilence(NodeQuestions asking) {
            this.asking = asking;
        }

        @Override
        public Integer call() {
            return asking.change(AlertDesk.UNSILENCE, Map.of("id", id),
                    answer -> "ended; " + answer.path("silences").size()
                            + " hold");
        }
    }

    @Command(name = "resolve", mixinStandardHelpOptions = true, description = "Ends alerts that no rule which watches finds any more.")
    static final class Resolve implements Callable<Integer> {
        private final NodeQuestions asking;

        @Parameters(paramLabel = "CODE", description = "which")
        private String code = "";

        @Mixin
        private Which which = new Which();

        @Mixin
        private Who who = new Who();

        private Resolve(NodeQuestions asking) {
            this.asking = asking;
        }

        @Override
        public Integer call() {
            Map<String, String> said = who.said();
            said.put("code", code);
            which.addTo(said);
            return asking.change(AlertDesk.RESOLVE, said, answer -> answer.path("resolved").asText() + " resolved");
        }
    }
}
