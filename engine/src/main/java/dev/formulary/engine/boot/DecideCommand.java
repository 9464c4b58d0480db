package dev.formulary.engine.boot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.formulary.engine.config.ConfigurationException;
import dev.formulary.engine.config.Settings;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `formulary decide`
@Command(name = "decide", mixinStandardHelpOptions = true, description = "Asks the running gateway which model may answer a body, and why. Nothing is sent to a model.", footerHeading = "%nExit codes: 0 allowed, 1 denied, 2 no decision.%n")
final class DecideCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(arity = "0..1", paramLabel = "FILE", description = "a client's body as JSON; default or -: standard input")
    private @Nullable Path file;

    @Option(names = {"-c",
            "--context"}, paramLabel = "NAME=VALUE", split = ",", description = "context of the call, for example need=crisis_intervention,risk=high")
    private List<String> context = new ArrayList<>();

    @Option(names = {"-H", "--header"}, paramLabel = "'NAME: VALUE'", description = "a header of the call")
    private List<String> headers = new ArrayList<>();

    @Option(names = "--as", paramLabel = "NAME", description = "whose key of the configuration to use; default: the first, or FORMULARY_API_KEY where there is none")
    private @Nullable String caller;

    @Option(names = "--json", description = "print the decision as JSON")
    private boolean json;

    DecideCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try {
            NodeClient node = NodeClient.of(terminal);
            return ask(node, requestHeaders(node.settings()), body());
        } catch (ConfigurationException | IllegalArgumentException e) {
            return terminal.refuse(Exit.USAGE, String.valueOf(e.getMessage()));
        } catch (NoSuchFileException e) {
            return terminal.refuse(Exit.USAGE, "there is no file " + e.getFile());
        } catch (IOException e) {
            return terminal.refuse(Exit.USAGE, "cannot read the body: " + e.getMessage());
        }
    }

    private byte[] body() throws IOException {
        return file == null || "-".equals(file.toString()) ? terminal.in().readAllBytes() : Files.readAllBytes(file);
    }

    private Map<String, String> requestHeaders(Settings settings) {
        Map<String, String> all = new LinkedHashMap<>();
        String key = key(settings);
        if (key != null) {
            all.put("Authorization", "Bearer " + key);
        }
        if (!context.isEmpty()) {
            all.put("X-Formulary-Context", String.join(", ", context));
        }
        for (String header : headers) {
            int colon = header.indexOf(':');
            if (colon <= 0) {
                throw new IllegalArgumentException("a header is written 'NAME: VALUE', not '" + header + "'");
            }
            all.put(header.substring(0, colon).strip(), header.substring(colon + 1).strip());
        }
        return all;
    }

    private @Nullable String key(Settings settings) {
        if (caller == null) {
            return settings.keys().isEmpty()
                    ? terminal.env().get("FORMULARY_API_KEY")
                    : settings.keys().getFirst().key().value();
        }
        return settings.keys().stream().filter(key -> key.name().equals(caller)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the configuration has no key named " + caller))
                .key().value();
    }

    private int ask(NodeClient node, Map<String, String> allHeaders, byte[] body) {
        try {
            NodeClient.Reply reply = node.post("/v1/decide", allHeaders, body);
            JsonNode answer = new JsonMapper().readTree(reply.body());
            if (!reply.isOk()) {
                return terminal.refuse(Exit.USAGE, DecisionText.error(reply.status(), answer));
            }
            terminal.out().println(json ? answer.toPrettyString() : DecisionText.of(answer));
            return DecisionText.isAllowed(answer) ? Exit.OK : Exit.NO;
        } catch (JsonProcessingException e) {
            return terminal.refuse(Exit.USAGE, node.clients() + " answered something that is not JSON");
        } catch (ConnectException e) {
            return terminal.refuse(Exit.USAGE, "no gateway answers at " + node.clients()
                    + "; start one with: formulary run");
        } catch (IOException e) {
            return terminal.refuse(Exit.USAGE, node.clients() + " gave no answer: " + e.getMessage());
        }
    }
}
