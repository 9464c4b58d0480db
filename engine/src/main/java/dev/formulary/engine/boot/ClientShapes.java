package dev.formulary.engine.boot;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import dev.formulary.engine.admin.Operation.Parameter;
import dev.formulary.engine.facts.TagName;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is ours in the formats of clients: errors, waiting, headers.
interface ClientShapes {
    /// An error as OpenAI's clients read it.
    record OpenAiError(OpenAiWrong error) {}

    /// What is wrong.
    ///
    /// @param code stable, for programs
    record OpenAiWrong(String message, String type, @Nullable String param, String code) {}

    /// An error as Anthropic's clients read it.
    @JsonInclude(Include.NON_NULL)
    record AnthropicError(String type, AnthropicWrong error, @Nullable String requestId) {}

    /// What is wrong.
    ///
    /// @param code stable, for programs
    @JsonInclude(Include.NON_NULL)
    record AnthropicWrong(String type, String message, String code, @Nullable String param) {}

    /// An error as Ollama's clients read it.
    record OllamaError(String error) {}

    /// A call that waits in line.
    record Waiting(String id, String status, Place queue) {}

    /// A place in line.
    ///
    /// @param etaMs how long it may wait yet, in milliseconds; left out when nobody knows
    @JsonInclude(Include.NON_NULL)
    record Place(int position, @Nullable Long etaMs) {}

    /// A call that was taken out of the line.
    record Cancelled(String id, String status) {}

    /// What a call may say in headers.
    List<Parameter> SAID = List.of(
            header("X-Formulary-Context", "facts for the rules: `need=crisis_intervention, risk=high`"),
            words("X-Formulary-Priority", "preset: normal", "urgent", "interactive", "normal", "batch"),
            words("X-Formulary-Waiting", "a stream tells its place in line", "tell"),
            header("Prefer", "`respond-async`: 202 when the call has to wait in line"),
            new Parameter("X-Formulary-Deadline-Ms", "header", false, "how long the caller waits", int.class,
                    List.of()),
            words("X-Formulary-Substitute", "whether another model may answer than the one that is named; preset:"
                    + " deny", "allow", "deny"),
            header("X-Formulary-Session", "what belongs together, up to 128 characters"),
            header("X-Formulary-Tag", "what the cost is booked under: " + TagName.RIGHT),
            header("X-Formulary-Schema",
                    "what the answer is checked against: `request`, or a schema that is kept here"),
            header("traceparent", "the trace to which the call belongs (W3C)"));

    /// What is told of a call in headers.
    List<String> TOLD = List.of("X-Formulary-Decision", "X-Formulary-Model", "X-Formulary-Attempts",
            "X-Formulary-Cache", "X-Formulary-Rules", "X-Formulary-Overhead-Us", "X-Formulary-Ignored",
            "X-Formulary-Handed-Over", "X-Formulary-History", "X-Formulary-Checked");

    /// What is told in headers of a call that waits.
    List<String> WAITING = List.of("Location", "Retry-After", "X-Formulary-Decision", "X-Formulary-Queue-Position",
            "X-Formulary-Queue-Eta-Ms");

    /// What the headers of answers mean.
    Map<String, String> MEANINGS = Map.ofEntries(Map.entry("X-Formulary-Decision", "the id of the decision"),
            Map.entry("X-Formulary-Model", "which model answered, as `provider/model`"),
            Map.entry("X-Formulary-Attempts", "how many models were asked"),
            Map.entry("X-Formulary-Cache", "`hit`, `miss`, `bypass`, `stale` or `coalesced`"),
            Map.entry("X-Formulary-Rules", "the rule set, by the beginning of its hash"),
            Map.entry("X-Formulary-Overhead-Us", "the gateway's own time, in microseconds"),
            Map.entry("X-Formulary-Ignored", "names of what the model's vendor can't carry"),
            Map.entry("X-Formulary-Handed-Over", "in how many tokens a model was told what came before"),
            Map.entry("X-Formulary-Checked", "how the answer came to follow its schema"),
            Map.entry("X-Formulary-History", "what was put before the question of what is kept"),
            Map.entry("X-Formulary-Queue-Position", "the call's place in line"),
            Map.entry("X-Formulary-Queue-Eta-Ms", "how long it may wait yet, in milliseconds"),
            Map.entry("Location", "where the answer will be"),
            Map.entry("Retry-After", "when it is worth trying again, in seconds"),
            Map.entry("WWW-Authenticate", "`Bearer`"));

    private static Parameter header(String name, String about) {
        return new Parameter(name, "header", false, about, String.class, List.of());
    }

    private static Parameter words(String name, String about, String... words) {
        return new Parameter(name, "header", false, about, String.class, List.of(words));
    }
}
