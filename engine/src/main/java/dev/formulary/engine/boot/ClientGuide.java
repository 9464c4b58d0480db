package dev.formulary.engine.boot;

import dev.formulary.engine.admin.Operation;
import dev.formulary.engine.admin.Operation.Content;
import dev.formulary.engine.admin.Operation.Parameter;
import dev.formulary.engine.admin.Operation.Reply;
import dev.formulary.engine.admin.Operation.Shape;
import dev.formulary.engine.decision.Explanation;
import dev.formulary.engine.route.ServedPath;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What each entrance is for that a route may ask. Which paths lead there it does not say: that is asked of the routes. Formats of
/// vendors are described by these.
final class ClientGuide {
    private static final String JSON = "application/json";
    private static final String EVENTS = "text/event-stream";
    private static final String LINES = "application/x-ndjson";
    /// What a route may serve that names no methods.
    private static final List<String> USUAL = List.of("GET", "POST");
    private static final Set<String> BODIES = Set.of("POST", "PUT", "PATCH");

    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /// In whose format errors are told.
    enum Speech {
        OPENAI("https://platform.openai.com/docs/api-reference", ClientShapes.OpenAiError.class), ANTHROPIC(
                "https://docs.claude.com/en/api", ClientShapes.AnthropicError.class), OLLAMA(
                        "https://docs.ollama.com/api", ClientShapes.OllamaError.class);

        private final String docs;
        private final Class<?> error;

        Speech(String docs, Class<?> error) {
            this.docs = docs;
            this.error = error;
        }

        Class<?> error() {
            return error;
        }
    }

    /// An entrance.
    ///
    /// @param calls whether a model is asked, so that the headers of a call are heeded and told
    /// @param replies media types of what comes back
    /// @param ours what comes back where the format is ours
    record Entry(Speech speech, String summary, boolean calls, List<String> replies, @Nullable Shape ours,
            List<Parameter> parameters) {}

    ClientGuide() {
        call("openai-chat", Speech.OPENAI, "Chat completions", EVENTS);
        call("openai-responses", Speech.OPENAI, "Responses", EVENTS);
        call("openai-embeddings", Speech.OPENAI, "Vectors");
        call("anthropic-messages", Speech.ANTHROPIC, "Messages", EVENTS);
        call("ollama-chat", Speech.OLLAMA, "A chat", LINES);
        call("ollama-generate", Speech.OLLAMA, "An answer to a prompt", LINES);
        call("ollama-embed", Speech.OLLAMA, "Vectors");
        call("ollama-embeddings", Speech.OLLAMA, "One vector, as older clients ask");
        Stream.of("openai-responses-input-tokens", "anthropic-count-tokens").forEach(name -> ask(name,
                name.startsWith("open") ? Speech.OPENAI : Speech.ANTHROPIC, "How many tokens a question has", JSON));
        ask("openai-response", Speech.OPENAI, "An answer that is kept", JSON);
        ask("openai-response-delete", Speech.OPENAI, "Forgets an answer that is kept", JSON);
        ask("openai-response-input-items", Speech.OPENAI, "What was asked for a kept answer", JSON);
        ask("openai-response-cancel", Speech.OPENAI, "Always refused: nothing is made in the background", JSON);
        ask("openai-models", Speech.OPENAI, "The models that the caller may use; in Anthropic's format with the header"
                + " anthropic-version", JSON);
        ask("openai-model", Speech.OPENAI, "A model; its id may have slashes in it, as they are or as %2F", JSON);
        ask("ollama-tags", Speech.OLLAMA, "The models that the caller may use", JSON);
        ask("ollama-show", Speech.OLLAMA, "A model", JSON);
        ask("ollama-ps", Speech.OLLAMA, "Which models lie in memory", JSON);
        ask("ollama-pull", Speech.OLLAMA, "Tells of success for a model that is there; nothing is downloaded", JSON,
                LINES);
        ask("ollama-change", Speech.OLLAMA, "Always refused: models are made and deleted where they lie", JSON);
        ask("ollama-version", Speech.OLLAMA, "A version", JSON);
        ask("ollama-root", Speech.OLLAMA, "Whether a server is there", "text/plain");
        ours("decide", "What policy would do: the body of any client in, the decision out, and no model is called",
                new Shape.Written(ShownDecision.Decision.class), Parameter.query("dialect",
                        "in whose format the body is, by the name of an entrance; found out without it"));
        ours("decision", "A decision of the caller's own tenant", new Shape.AnyOf(List.of(ShownDecision.Decision.class,
                Explanation.class, Shown.Unexplained.class)), new Parameter("explain", "query", false,
                        "`true`: why it is as it is", boolean.class, List.of()),
                Parameter.query("why_not", "a model for which the explanation looks first"));
        ours("answer", "The answer to a call that did not wait in line; 202 until it is there", new Shape.Foreign());
        ours("home-tasks", "Looks at a room of the house through its camera and puts what is to be done on its list",
                new Shape.Foreign());
        ours("answer-cancel", "Takes a call out of the line", new Shape.Written(ClientShapes.Cancelled.class));
    }

    private void call(String name, Speech speech, String summary, String... streamed) {
        List<String> types = new ArrayList<>(List.of(JSON));
        types.addAll(List.of(streamed));
        entries.put(name, new Entry(speech, summary, true, types, null, List.of()));
    }

    private void ask(String name, Speech speech, String summary, String... types) {
        entries.put(name, new Entry(speech, summary, false, List.of(types), null, List.of()));
    }

    private void ours(String name, String summary, Shape shape, Parameter... parameters) {
        entries.put(name, new Entry(Speech.OPENAI, summary, name.equals("decide"), List.of(JSON), shape,
                List.of(parameters)));
    }

    /// The names of all that are described.
    Set<String> described() {
        return Set.copyOf(entries.keySet());
    }

    /// What there is to say of a path: an operation for each of its methods.
    List<Operation> of(ServedPath path) {
        List<String> methods = path.methods().isEmpty() ? USUAL : path.methods().stream().sorted().toList();
        return methods.stream().map(method -> of(path, method)).toList();
    }

    /// In whose format a path tells errors.
    Speech speech(ServedPath path) {
        return path.entrances().stream().filter(entries::containsKey).map(name -> entry(name).speech()).findFirst()
                .orElse(path.path().startsWith("/api/") ? Speech.OLLAMA : Speech.OPENAI);
    }

    private Entry entry(String name) {
        return java.util.Objects.requireNonNull(entries.get(name));
    }

    private Operation of(ServedPath path, String method) {
        String more = path.below() ? "and everything below this path" : "";
        String name = path.entrances().stream().filter(entries::containsKey).findFirst().orElse("");
        if (name.isEmpty()) {
            var reply = new Content("what the route makes", Map.of("*/*", new Shape.Foreign()));
            return new Operation(method, path.path(), "clients", "A route of your own", more, List.of(), null,
                    List.of(new Reply(200, reply, List.of())), "");
        }
        Entry entry = entry(name);
        return new Operation(method, path.path(), "clients", entry.summary(), more, parameters(name, entry),
                BODIES.contains(method) && !name.equals("answer-cancel") && !name.equals("openai-response-cancel")
                        ? new Content("a question", Map.of(JSON, new Shape.Foreign()))
                        : null,
                replies(name, entry), entry.ours() == null ? entry.speech().docs : "");
    }

    private static List<Parameter> parameters(String name, Entry entry) {
        var all = new ArrayList<>(entry.parameters());
        if (entry.calls()) {
            all.addAll(ClientShapes.SAID);
        }
        if (name.equals("openai-models") || name.equals("openai-model")) {
            all.add(new Parameter("anthropic-version", "header", false, "asks for the other format", String.class,
                    List.of()));
        }
        return all;
    }

    private static List<Reply> replies(String name, Entry entry) {
        if (name.equals("openai-response-cancel") || name.equals("ollama-change")) {
            return List.of();
        }
        Shape shape = entry.ours() == null ? new Shape.Foreign() : entry.ours();
        var types = new LinkedHashMap<String, Shape>();
        entry.replies().forEach(type -> types.put(type, type.equals(JSON) ? shape : new Shape.Text()));
        List<String> told = name.equals("decide")
                ? List.of("X-Formulary-Decision", "X-Formulary-Rules")
                : entry.calls() ? ClientShapes.TOLD : List.of();
        var all = new ArrayList<>(List.of(new Reply(200, new Content("done", types), told)));
        if (name.equals("answer") || (entry.calls() && !name.equals("decide"))) {
            all.add(new Reply(202, Content.json("it waits in line", ClientShapes.Waiting.class),
                    ClientShapes.WAITING));
        }
        return all;
    }
}
