package dev.formulary.ollama;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Effort;
import dev.formulary.spi.ChatRequest.Options;
import dev.formulary.spi.ChatRequest.Sampling;
import dev.formulary.spi.ChatRequest.Tool;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.wire.Json;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How Ollama is told to answer: its `options`, and what it has no words for.
final class Tuning {
    private final ChatRequest request;
    private final boolean thinks;
    private final Set<ReplyEvent> ignored = new LinkedHashSet<>();

    /// @param thinks false when the model is known not to think
    Tuning(ChatRequest request, boolean thinks) {
        this.request = request;
        this.thinks = thinks;
    }

    /// What must be told, each once.
    List<ReplyEvent> ignored() {
        return List.copyOf(ignored);
    }

    /// Tells that something is left out.
    void ignore(String name) {
        ignored.add(new ReplyEvent.Ignored(name));
    }

    /// Puts what is said into `options`; what is not said stays as it is there.
    void options(ObjectNode options) {
        Sampling sampling = request.sampling();
        put(options, "temperature", sampling.temperature());
        put(options, "top_p", sampling.topP());
        if (sampling.maxTokens() != null) {
            options.put("num_predict", sampling.maxTokens());
        }
        if (sampling.seed() != null) {
            options.put("seed", sampling.seed());
        }
        if (!sampling.stop().isEmpty() && !stops(options.path("stop")).equals(sampling.stop())) {
            options.set("stop", Json.TREES.valueToTree(sampling.stop()));
        }
        Options more = request.options();
        if (more.topK() != null) {
            options.put("top_k", more.topK());
        }
        put(options, "min_p", more.minP());
        put(options, "frequency_penalty", more.frequencyPenalty());
        put(options, "presence_penalty", more.presencePenalty());
    }

    private static void put(ObjectNode options, String name, @Nullable Double value) {
        if (value != null) {
            options.put(name, value);
        }
    }

    private static List<String> stops(JsonNode stop) {
        return stop.isTextual() ? List.of(stop.textValue()) : stop.valueStream().map(JsonNode::asText).toList();
    }

    /// JSON for `think`, or null to say nothing. A model that can't think is not asked to: Ollama would refuse.
    @Nullable
    String think() {
        Effort effort = request.options().effort();
        if (effort == null) {
            return null;
        }
        if (!thinks) {
            if (effort != Effort.NONE) {
                ignore("reasoning_effort");
            }
            return null;
        }
        return switch (effort) {
            case NONE -> "false";
            case MINIMAL -> "\"low\"";
            case LOW, MEDIUM, HIGH, MAX -> "\"" + effort.name().toLowerCase(Locale.ROOT) + "\"";
        };
    }

    /// Notes what Ollama can't be told.
    void noteTheRest() {
        Options options = request.options();
        if (options.endUser() != null) {
            ignore("user");
        }
        // more than one call in a turn is what it does anyway
        if (Boolean.FALSE.equals(options.parallelToolCalls())) {
            ignore("parallel_tool_calls");
        }
        if (request.tools().stream().anyMatch(Tool::strict)) {
            ignore("strict");
        }
    }
}
