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

/// `formulary alerts`
@Command(name = "alerts", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "[COMMAND]", description = "Shows and handles the alerts of the running gateway, and how its channels are told. Without a command, the open alerts.")
final class AlertsCommand implements Callable<Integer> {
    private final NodeQuestions asking;

    @Option(names = "--json", description = "as the management API gives it")
    private boolean json;

    private AlertsCommand(NodeQuestions asking) {
        this.asking = asking;
    }

    static CommandLine of(Terminal terminal) {
        var asking = new NodeQuestions(terminal);
        CommandLine alerts = new CommandLine(new AlertsCommand(asking)).addSubcommand(new Channels(asking))
                .addSubcommand(new Deliveries(asking)).addSubcommand(new Test(asking))
                .addSubcommand(new Resend(asking));
        AlertLifeCommands.addTo(alerts, asking);
        return alerts;
    }

    @Override
    public Integer call() {
        return asking.show("/admin/alerts", json, AlertLifeCommands.members());
    }

    @Command(name = "channels", mixinStandardHelpOptions = true, description = "Lists the channels, how much waits for each, and what came of the last try.")
    static final class Channels implements Callable<Integer> {
        private final NodeQuestions asking;

        @Option(names = "--json", description = "as the management API gives it")
        private boolean json;

        private Channels(NodeQuestions asking) {
            this.asking = asking;
        }

        @Override
        public Integer call() {
            return asking.show(ChannelDesk.CHANNELS, json, List.of("name", "kind", "place", "severity", "waiting",
                    "delivered", "dead", "last"));
        }
    }

    @Command(name = "deliveries", mixinStandardHelpOptions = true, description = "Lists the latest events with their receipts, or why they were not taken.")
    static final class Deliveries implements Callable<Integer> {
        private final NodeQuestions asking;

        @Option(names = "--dead", description = "dead letters only: what is not tried any more")
        private boolean dead;

        @Option(names = "--json", description = "as the management API gives it")
        private boolean json;

        private Deliveries(NodeQuestions asking) {
            this.asking = asking;
        }

        @Override
        public Integer call() {
            return asking.show(dead ? ChannelDesk.DEAD : ChannelDesk.DELIVERIES, json, List.of("at", "event", "channel",
                    "state", "about", "attempts", "next", "said"));
        }
    }

    @Command(name = "test", mixinStandardHelpOptions = true, description = "Sends a test to a channel: prints its receipt, or exits with 1 and the reason.")
    static final class Test implements Callable<Integer> {
        private final NodeQuestions asking;

        @Parameters(paramLabel = "CHANNEL", description = "its name")
        private String channel = "";

        private Test(NodeQuestions asking) {
            this.asking = asking;
        }

        @Override
        public Integer call() {
            var names = new java.util.ArrayList<String>();
            int listed = asking.ask(node -> node.manage(ChannelDesk.CHANNELS),
                    answer -> answer.forEach(each -> names.add(each.path("name").asText())));
            if (listed != Exit.OK) {
                return listed;
            }
            if (!names.contains(channel)) {
                return asking.terminal().refuse(Exit.NO, "there is no channel '" + channel + "'; there are "
                        + (names.isEmpty() ? "none" : String.join(", ", names)));
            }
            return asking.change(ChannelDesk.CHANNELS + "/" + channel + "/test", Map.of(),
                    answer -> answer.at("/delivery/said").asText());
        }
    }

    @Command(name = "resend", mixinStandardHelpOptions = true, description = "Lets dead letters be tried again, from the beginning. Without an event, all of them.")
    static final class Resend implements Callable<Integer> {
        private final NodeQuestions asking;

        @Parameters(arity = "0..1", paramLabel = "EVENT", description = "its id")
        private @Nullable String event;

        @Option(names = "--channel", paramLabel = "NAME", description = "of one channel only")
        private @Nullable String channel;

        private Resend(NodeQuestions asking) {
            this.asking = asking;
        }

        @Override
        public Integer call() {
            var said = new HashMap<String, String>();
            if (event != null) {
                said.put("event", event);
            }
            if (channel != null) {
                said.put("channel", channel);
            }
            return asking.change(ChannelDesk.RESEND, said,
                    answer -> answer.path("resent").asText() + " sent again");
        }
    }
}
