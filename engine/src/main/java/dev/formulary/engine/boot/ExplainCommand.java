package dev.formulary.engine.boot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.formulary.engine.admin.AdminJson;
import dev.formulary.engine.config.ConfigurationException;
import dev.formulary.engine.config.Home;
import dev.formulary.engine.store.DecisionReader;
import dev.formulary.engine.store.Kept;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `formulary explain`: asks the running gateway, and reads the decisions that are kept when none runs.
@Command(name = "explain", mixinStandardHelpOptions = true, description = "Tells why a call went where it went, and what it would have taken for another model.", footerHeading = "%nExit codes: 0 explained, 1 no such decision, 2 no answer.%n")
final class ExplainCommand implements Callable<Integer> {
    private static final int NOT_FOUND = 404;

    private final Terminal terminal;

    @Parameters(paramLabel = "ID", description = "the decision: the X-Formulary-Decision of an answer")
    private String id = "";

    @Option(names = "--why-not", paramLabel = "PROVIDER/MODEL", description = "tell only of this model why it was not the choice")
    private @Nullable String whyNot;

    @ArgGroup
    private @Nullable Form form;

    /// How it is written.
    static final class Form {
        @Option(names = "--json", description = "print it as JSON")
        private boolean json;

        @Option(names = "--mermaid", description = "print it as a Mermaid flowchart")
        private boolean mermaid;

        @Option(names = "--svg", paramLabel = "FILE", description = "write it as a picture; -: print it")
        private @Nullable Path svg;

        private String format() {
            return json ? "json" : mermaid ? "mermaid" : "svg";
        }
    }

    ExplainCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try {
            return ask(NodeClient.of(terminal));
        } catch (ConfigurationException e) {
            return terminal.refuse(Exit.USAGE, String.valueOf(e.getMessage()));
        }
    }

    private int ask(NodeClient node) {
        String format = form == null ? "text" : form.format();
        try {
            NodeClient.Reply reply = node.manage("/admin/decisions/" + encoded(id) + "/explanation?format=" + format
                    + (whyNot == null ? "" : "&why_not=" + encoded(whyNot)));
            if (!reply.isOk()) {
                return terminal.refuse(reply.status() == NOT_FOUND ? Exit.NO : Exit.USAGE,
                        DecisionText.error(reply.status(), new JsonMapper().readTree(reply.body())));
            }
            return print(format, reply.body());
        } catch (JsonProcessingException e) {
            return terminal.refuse(Exit.USAGE, node.management() + " answered something that is not JSON");
        } catch (ConnectException e) {
            return read(node, format);
        } catch (IOException e) {
            return terminal.refuse(Exit.USAGE, node.management() + " gave no answer: " + e.getMessage());
        }
    }

    /// Without a gateway: from what is kept of the decision, and by the rules that made it.
    private int read(NodeClient node, String format) {
        Home home = terminal.home();
        try (var rules = new RecordedRules(home, home.rules());
                DecisionReader reader = DecisionsCommand.open(terminal)) {
            Kept kept = reader.find(id);
            if (kept == null) {
                return terminal.refuse(Exit.NO, "there is no decision " + id + ", or it is not kept any more");
            }
            if (!kept.hidden().isEmpty()) {
                terminal.err().println("not kept as they were, so that the explanation may differ: "
                        + String.join(", ", kept.hidden()));
            }
            Object explained = new Explanations(_ -> kept.recorded(), rules).explain(id, format,
                    whyNot == null ? "" : whyNot);
            return print(format, explained instanceof String text
                    ? text
                    : new String(AdminJson.write(Objects.requireNonNull(explained)), StandardCharsets.UTF_8));
        } catch (IOException e) {
            return terminal.refuse(Exit.USAGE, "no gateway answers at " + node.management() + ", and "
                    + e.getMessage() + "; start one with: formulary run");
        }
    }

    private int print(String format, String body) throws JsonProcessingException {
        Path file = form == null ? null : form.svg;
        if (file != null && !"-".equals(file.toString())) {
            try {
                Files.writeString(file, body);
            } catch (IOException e) {
                return terminal.refuse(Exit.USAGE, "cannot write " + file + ": " + e.getMessage());
            }
            terminal.out().println("written to " + file);
            return Exit.OK;
        }
        terminal.out().println(switch (format) {
            case "json" -> new JsonMapper().readTree(body).toPrettyString();
            case "text" -> whyNot == null ? body : about(whyNot, body);
            default -> body;
        });
        return Exit.OK;
    }

    /// The part about one model, when there is one; else all of it.
    private static String about(String model, String text) {
        var part = new StringBuilder();
        boolean inside = false;
        for (String line : text.lines().toList()) {
            inside = line.startsWith(" ") ? inside : line.matches("why not +" + Pattern.quote(model));
            if (inside || line.startsWith("decision ") || line.startsWith("note ") || line.startsWith("allowed ")
                    || line.startsWith("denied ")) {
                part.append(line).append('\n');
            }
        }
        return part.toString().stripTrailing();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
