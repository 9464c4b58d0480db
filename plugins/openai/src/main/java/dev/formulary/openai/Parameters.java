package dev.formulary.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Effort;
import dev.formulary.spi.ChatRequest.Format;
import dev.formulary.spi.ChatRequest.Options;
import dev.formulary.spi.ChatRequest.Sampling;
import dev.formulary.spi.ChatRequest.Tool;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.wire.Json;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a request asks for besides its messages and tools, in the words of one dialect: members with their JSON, members
/// that the dialect does not know, and what must be told for that.
final class Parameters {
    private static final String TIER = "service_tier";
    /// Those that cost no more than the listed price: usual ones, slower ones, and what is paid for beforehand.
    private static final Set<String> TIERS = Set.of("auto", "default", "flex", "scale", "on_demand", "performance");

    private final Dialect dialect;
    private final List<String> limits;
    private final Map<String, String> members = new LinkedHashMap<>();
    private final Set<String> dropped = new LinkedHashSet<>();
    private final Set<ReplyEvent> ignored = new LinkedHashSet<>();

    private Parameters(Dialect dialect, List<String> limits) {
        this.dialect = dialect;
        this.limits = limits;
    }

    /// @param limits what the limit of the answer may be called, the preferred name first
    /// @throws ProviderException with [FailureCategory#UNSUPPORTED] for what the dialect can't say and nobody can do without
    static Parameters of(ChatRequest request, Dialect dialect, List<String> limits) throws ProviderException {
        var all = new Parameters(dialect, limits);
        all.sampling(request.sampling());
        all.options(request.options());
        all.format(request.format());
        all.toolChoice(request);
        all.tier(request.extra().get(TIER));
        if (request.tools().stream().anyMatch(Tool::strict) && !dialect.can(Feature.STRICT)) {
            all.ignore(Feature.STRICT.word());
        }
        return all;
    }

    /// A tier that costs more than any price says is not bought.
    private void tier(@Nullable Object asked) {
        if (asked != null && !(asked instanceof String tier && TIERS.contains(tier))) {
            dropped.add(TIER);
            ignore(TIER);
        }
    }

    /// JSON by name.
    Map<String, String> members() {
        return members;
    }

    /// Names that the caller may have used and the vendor does not know.
    Set<String> dropped() {
        return dropped;
    }

    /// What must be told, each once.
    List<ReplyEvent> ignored() {
        return List.copyOf(ignored);
    }

    /// Tells that something is left out.
    void ignore(String name) {
        ignored.add(new ReplyEvent.Ignored(name));
    }

    private void sampling(Sampling sampling) {
        put("temperature", sampling.temperature());
        put("top_p", sampling.topP());
        if (sampling.maxTokens() != null) {
            members.put(limits.getFirst(), sampling.maxTokens().toString());
        }
        tune(Feature.SEED, sampling.seed());
        if (!sampling.stop().isEmpty()) {
            members.put("stop", Json.TREES.valueToTree(sampling.stop()).toString());
        }
        if (sampling.contextTokens() != null) {
            ignore("num_ctx");
        }
    }

    private void options(Options options) throws ProviderException {
        tune(Feature.TOP_K, options.topK());
        tune(Feature.MIN_P, options.minP());
        tune(Feature.FREQUENCY_PENALTY, options.frequencyPenalty());
        tune(Feature.PRESENCE_PENALTY, options.presencePenalty());
        logprobs(options.topLogprobs());
        effort(options.effort());
        tune(Feature.PARALLEL_TOOL_CALLS, options.parallelToolCalls());
        tune(Feature.USER, options.endUser() == null ? null : Json.quote(options.endUser()));
        if (dropped.contains("user")) {
            dropped.add("safety_identifier");
        }
        keepAlive(options.keepAlive());
    }

    private void put(String name, @Nullable Object value) {
        if (value != null) {
            members.put(name, value.toString());
        }
    }

    private void tune(Feature feature, @Nullable Object value) {
        if (value != null && dialect.can(feature)) {
            members.put(feature.word(), value.toString());
        } else if (value != null) {
            dropped.add(feature.word());
            ignore(feature.word());
        }
    }

    private void logprobs(@Nullable Integer top) throws ProviderException {
        if (top == null) {
            return;
        }
        need(Feature.LOGPROBS, "tell the probabilities of tokens");
        members.put("logprobs", "true");
        members.put("top_logprobs", top.toString());
    }

    private void effort(@Nullable Effort effort) {
        if (effort == null) {
            return;
        }
        Map<String, String> words = dialect.efforts().getOrDefault(effort, Map.of());
        members.putAll(words);
        if (!words.containsKey("reasoning_effort")) {
            dropped.add("reasoning_effort");
        }
        if (words.isEmpty()) {
            ignore("reasoning_effort");
        }
    }

    private void keepAlive(@Nullable Duration keepAlive) {
        if (keepAlive == null) {
            return;
        }
        if (dialect.keepAlive().isEmpty() || keepAlive.isNegative()) {
            ignore("keep_alive");
        } else {
            members.put(dialect.keepAlive(), Long.toString(Math.max(1, keepAlive.toSeconds())));
        }
    }

    private void format(Format format) throws ProviderException {
        switch (format) {
            case Format.Free() -> {
                // said by saying nothing
            }
            case Format.Json() -> members.put("response_format", dialect.can(Feature.JSON_OBJECT)
                    ? "{\"type\":\"json_object\"}"
                    : schema("answer", Map.of("type", "object"), false));
            case Format.Schema(String name, Map<String, @Nullable Object> schema, boolean strict) -> {
                need(Feature.JSON_SCHEMA, "answer to a json schema");
                members.put("response_format", schema(name, schema, strict));
            }
        }
    }

    private static String schema(String name, Map<String, @Nullable Object> schema, boolean strict) {
        ObjectNode format = Json.TREES.createObjectNode().put("type", "json_schema");
        format.putObject("json_schema").put("name", name).put("strict", strict).set("schema",
                Json.TREES.valueToTree(schema));
        return format.toString();
    }

    private void toolChoice(ChatRequest request) throws ProviderException {
        String choice = request.toolChoice();
        if (choice == null || request.tools().isEmpty()) {
            return;
        }
        if (choice.equals("required")) {
            need(Feature.TOOL_CHOICE_REQUIRED, "be made to call a tool");
        }
        if (choice.startsWith("=")) {
            need(Feature.TOOL_CHOICE_NAMED, "be made to call one of several tools");
            members.put("tool_choice",
                    "{\"type\":\"function\",\"function\":{\"name\":" + Json.quote(choice.substring(1)) + "}}");
        } else {
            members.put("tool_choice", Json.quote(choice));
        }
    }

    /// What changes the answer's form or meaning.
    private void need(Feature feature, String what) throws ProviderException {
        if (!dialect.can(feature)) {
            throw new ProviderException(FailureCategory.UNSUPPORTED,
                    "a server of the dialect '" + dialect.name() + "' can't " + what);
        }
        dialect.insist().forEach(members::putIfAbsent);
    }
}
