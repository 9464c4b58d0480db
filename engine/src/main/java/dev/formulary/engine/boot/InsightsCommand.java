package dev.formulary.engine.boot;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `formulary insights`
@Command(name = "insights", mixinStandardHelpOptions = true, description = "Shows what is worth knowing of what the running gateway measured: what, since when, what to do, and what that would bring.")
final class InsightsCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(names = "--json", description = "as the management API gives it")
    private boolean json;

    InsightsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        return new NodeQuestions(terminal).ask(node -> node.manage(InsightDesk.INSIGHTS), this::show);
    }

    private void show(JsonNode insights) {
        if (json) {
            terminal.out().println(insights.toPrettyString());
        } else if (insights.isEmpty()) {
            terminal.out().println("nothing stands out");
        } else {
            insights.forEach(this::print);
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
