package dev.formulary.engine.boot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.formulary.engine.config.ConfigurationException;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `formulary insights`
@Command(name = "insights", mixinStandardHelpOptions = true, description = "Shows what is worth knowing of what the running gateway measured: what, since when, what to do, and what that would bring.")
final class InsightsCommand implements Callable<Integer> {
    private static final JsonMapper JSON = new JsonMapper();
    private final Terminal terminal;

    @Option(names = "--json", description = "as the management API gives it")
    private boolean json;

    InsightsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        NodeClient node;
        try {
            node = NodeClient.of(terminal);
        } catch (ConfigurationException e) {
            return terminal.refuse(Exit.USAGE, e.getMessage());
        }
        try {
            NodeClient.Reply reply = node.manage(InsightDesk.INSIGHTS);
            JsonNode answer = JSON.readTree(reply.body());
            if (!reply.isOk()) {
                return terminal.refuse(Exit.NO, answer.at("/error/message").asText(reply.body()));
            }
            if (json) {
                terminal.out().println(answer.toPrettyString());
            } else if (answer.isEmpty()) {
                terminal.out().println("nothing stands out");
            } else {
                answer.forEach(this::print);
            }
            return Exit.OK;
        } catch (IOException e) {
            return terminal.refuse(Exit.NO, "no gateway answers at " + node.management()
                    + "; start one with: formulary run");
        }
    }

    private void print(JsonNode insight) {
        JsonNode evidence = insight.path("evidence");
        JsonNode gain = insight.path("gain");
        terminal.out().printf(Locale.ROOT, "%-9s  %s%n", insight.path("kind").asText(), insight.path("cause").asText());
        terminal.out().printf(Locale.ROOT, "           seen    %d samples from %s to %s%s%n",
                evidence.path("samples").asInt(), evidence.path("from").asText(), evidence.path("to").asText(),
                insight.path("since").isNull() ? "" : ", since " + insight.path("since").asText());
        terminal.out().printf(Locale.ROOT, "           do      %s%n", insight.path("action").asText());
        terminal.out().printf(Locale.ROOT, "           gain    %s%n", gain.path("expected").isNull()
                ? "not known: " + gain.path("basis").asText()
                : String.format(Locale.ROOT, "%.4g %s (from %.4g to %.4g): %s", gain.path("expected").asDouble(),
                        gain.path("unit").asText(), gain.path("low").asDouble(), gain.path("high").asDouble(),
                        gain.path("basis").asText()));
    }
}
