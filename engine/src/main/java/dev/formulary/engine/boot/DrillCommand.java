package dev.formulary.engine.boot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.formulary.engine.config.ConfigurationException;
import dev.formulary.engine.config.Nearest;
import dev.formulary.engine.drill.Drill;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `formulary drill`
@Command(name = "drill", mixinStandardHelpOptions = true, description = {
        "Lets providers fail and shows what users would see.",
        "The running gateway makes three simulated providers, decides by the rules that serve now, and sends calls of its own "
                + "through the same code as users' calls: whole answers and streams, in the formats of OpenAI and Ollama. "
                + "Breakers, lines and latencies are the drill's own, so no user's call, provider, budget, session or log is "
                + "touched, and nothing stays behind. Only simulators take part, never a real provider; a breaker stays open "
                + "for a second at most, so that a drill is short."}, footerHeading = "%nExit codes: 0 nobody noticed (or, where every provider is down, everybody was told in time), 1 users noticed, 2 no drill.%n")
final class DrillCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(arity = "0..1", paramLabel = "NAME", description = "which drill; without it all are listed")
    private @Nullable String name;

    @Option(names = "--calls", paramLabel = "N", description = "how many calls, 10 to 2000 (${DEFAULT-VALUE})")
    private int calls = 80;

    @Option(names = "--seconds", paramLabel = "N", description = "over how long, 2 to 30 (${DEFAULT-VALUE})")
    private int seconds = 4;

    @Option(names = "--deadline-ms", paramLabel = "N", description = "how long each caller waits, 100 to 10000 (${DEFAULT-VALUE})")
    private int deadlineMs = 2_000;

    @Option(names = "--json", description = "print what was seen as JSON")
    private boolean json;

    DrillCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        String asked = name;
        if (asked == null) {
            Stream.of(Drill.values())
                    .forEach(drill -> terminal.out().println("%-10s %s".formatted(drill.word(), drill.about())));
            return Exit.OK;
        }
        if (Drill.named(asked).isEmpty()) {
            List<String> words = Stream.of(Drill.values()).map(Drill::word).toList();
            String near = Nearest.to(asked, words);
            return terminal.refuse(Exit.USAGE, "there is no drill '" + asked + "'; "
                    + (near == null ? "" : "did you mean " + near + "? ") + "there are " + String.join(", ", words));
        }
        try {
            return ask(NodeClient.of(terminal), asked);
        } catch (ConfigurationException e) {
            return terminal.refuse(Exit.USAGE, e.getMessage());
        }
    }

    private int ask(NodeClient node, String drill) {
        String size = "{\"calls\":" + calls + ",\"seconds\":" + seconds + ",\"deadline_ms\":" + deadlineMs + "}";
        try {
            NodeClient.Reply reply = node.change(DrillDesk.PATH + "/" + drill, size.getBytes(StandardCharsets.UTF_8));
            JsonNode answer = new JsonMapper().readTree(reply.body());
            if (!reply.isOk()) {
                return terminal.refuse(Exit.USAGE, answer.path("error").path("message").asText(reply.body()));
            }
            terminal.out().println(json ? answer.toPrettyString() : DrillText.of(answer));
            return answer.path("good").asBoolean() ? Exit.OK : Exit.NO;
        } catch (JsonProcessingException e) {
            return terminal.refuse(Exit.USAGE, node.management() + " answered something that is not JSON");
        } catch (IOException e) {
            return terminal.refuse(Exit.USAGE, "no gateway answers at " + node.management()
                    + "; start one with: formulary run");
        }
    }
}
