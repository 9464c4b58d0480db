package dev.formulary.gemini;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.spi.Attempt;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Format;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Options;
import dev.formulary.spi.ChatRequest.Sampling;
import dev.formulary.spi.ChatRequest.Tool;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.HttpTransport;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes the body of `generateContent`. Thread-safe.
final class ChatBody {
    private static final int MOST_STOPS = 5;

    private final HttpTransport http;
    private final NameLookup names = new NameLookup();
    private final GeminiSettings.Fetch fetch;
    private final Signatures memory;

    ChatBody(HttpTransport http, GeminiSettings.Fetch fetch, Signatures memory) {
        this.http = http;
        this.fetch = fetch;
        this.memory = memory;
    }

    /// @param json the body
    /// @param ignored what was asked for and left out, to be told before the answer
    record Written(byte[] json, List<ReplyEvent> ignored) {}

    /// @throws ProviderException with [FailureCategory#UNSUPPORTED] when what is asked can't be carried
    Written of(ChatRequest request, Attempt attempt) throws ProviderException, InterruptedException {
        var told = new ArrayList<>(request.ignoring(Set.of()));
        Set<String> ignored = new LinkedHashSet<>();
        ModelTraits model = ModelTraits.of(request.model());
        ObjectNode body = Json.object();
        var contents = new Contents(model, memory, new Parts(new Downloads(http, names, fetch, attempt), ignored));
        for (Message message : request.messages()) {
            contents.add(message);
        }
        contents.write(body);
        tools(body, request.tools(), request.toolChoice());
        ObjectNode generation = Json.object();
        sampling(generation, request.sampling(), ignored);
        options(generation, request.options(), model, ignored);
        format(generation, request.format());
        if (!generation.isEmpty()) {
            body.set("generationConfig", generation);
        }
        ignored.forEach(name -> told.add(new ReplyEvent.Ignored(name)));
        return new Written(Json.bytes(body), told);
    }

    private static void tools(ObjectNode body, List<Tool> tools, @Nullable String choice) throws ProviderException {
        if (tools.isEmpty()) {
            if (choice != null && !choice.equals("auto") && !choice.equals("none")) {
                throw new ProviderException(FailureCategory.INVALID_REQUEST,
                        "'tool_choice' asks for a tool, but there are no 'tools'");
            }
            return;
        }
        ArrayNode functions = body.putArray("tools").addObject().putArray("functionDeclarations");
        for (Tool tool : tools) {
            ObjectNode function = functions.addObject().put("name", tool.name());
            if (tool.description() != null) {
                function.put("description", tool.description());
            }
            if (!tool.parameters().isEmpty()) {
                function.set("parametersJsonSchema", Json.TREES.valueToTree(tool.parameters()));
            }
        }
        boolean strict = tools.stream().anyMatch(Tool::strict);
        if (choice != null || strict) {
            choose(body.putObject("toolConfig").putObject("functionCallingConfig"), choice, strict);
        }
    }

    private static void choose(ObjectNode config, @Nullable String choice, boolean strict) {
        switch (choice) {
            case "none" -> config.put("mode", "NONE");
            case "required" -> config.put("mode", "ANY");
            case String named when named.startsWith("=") ->
                config.put("mode", "ANY").putArray("allowedFunctionNames").add(named.substring(1));
            // the model chooses, and what it chooses follows the schema
            case null, default -> config.put("mode", strict ? "VALIDATED" : "AUTO");
        }
    }

    private static void sampling(ObjectNode generation, Sampling sampling, Set<String> ignored)
            throws ProviderException {
        put(generation, "temperature", sampling.temperature());
        put(generation, "topP", sampling.topP());
        if (sampling.maxTokens() != null) {
            generation.put("maxOutputTokens", sampling.maxTokens());
        }
        Long seed = sampling.seed();
        if (seed != null) {
            // the vendor's seeds have 32 bits: longer ones are folded, the same always to the same
            generation.put("seed", seed == seed.intValue() ? seed.intValue() : Long.hashCode(seed));
        }
        if (sampling.stop().size() > MOST_STOPS) {
            throw new ProviderException(FailureCategory.UNSUPPORTED,
                    "'stop' may hold " + MOST_STOPS + " texts for this vendor, not " + sampling.stop().size());
        }
        if (!sampling.stop().isEmpty()) {
            sampling.stop().forEach(generation.putArray("stopSequences")::add);
        }
        if (sampling.contextTokens() != null) {
            ignored.add("num_ctx");
        }
    }

    private static void options(ObjectNode generation, Options options, ModelTraits model, Set<String> ignored) {
        if (options.topK() != null) {
            generation.put("topK", options.topK());
        }
        put(generation, "presencePenalty", options.presencePenalty());
        put(generation, "frequencyPenalty", options.frequencyPenalty());
        Integer alternatives = options.topLogprobs();
        if (alternatives != null) {
            generation.put("responseLogprobs", true);
            if (alternatives > 0) {
                generation.put("logprobs", alternatives);
            }
        }
        if (options.effort() != null) {
            Thinking thinking = Thinking.of(model, options.effort());
            if (thinking != null) {
                generation.set("thinkingConfig", thinking.config());
            }
            if (thinking == null || !thinking.exact()) {
                ignored.add("reasoning_effort");
            }
        }
        ignoreIf(options.minP() != null, "min_p", ignored);
        ignoreIf(options.endUser() != null, "user", ignored);
        ignoreIf(options.keepAlive() != null, "keep_alive", ignored);
    }

    private static void ignoreIf(boolean asked, String name, Set<String> ignored) {
        if (asked) {
            ignored.add(name);
        }
    }

    private static void put(ObjectNode generation, String name, @Nullable Double value) {
        if (value != null) {
            generation.put(name, value);
        }
    }

    private static void format(ObjectNode generation, Format format) {
        switch (format) {
            case Format.Free() -> {
                // said by saying nothing
            }
            case Format.Json() -> generation.put("responseMimeType", "application/json");
            case Format.Schema(var _, Map<String, @Nullable Object> schema, var _) ->
                generation.put("responseMimeType", "application/json").set("responseJsonSchema",
                        Json.TREES.valueToTree(schema));
        }
    }
}
