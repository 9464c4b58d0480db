package dev.formulary.engine.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;

/// All chat dialects by the names of their entrances. Thread-safe.
public final class Dialects {
    private static final ChatDialect OPENAI = new OpenAiChat();
    private static final ChatDialect RESPONSES = new OpenAiResponses();
    private static final ChatDialect OLLAMA = new OllamaChat();
    private static final ChatDialect ANTHROPIC = new AnthropicMessages();
    private static final ChatDialect EMBEDDINGS = new OpenAiEmbeddings();
    private static final ChatDialect GENERATE = new OllamaGenerate();
    private static final Map<String, ChatDialect> BY_ENTRANCE = Map.ofEntries(
            Map.entry("openai-chat", OPENAI), Map.entry("openai-responses", RESPONSES),
            Map.entry("ollama-chat", OLLAMA), Map.entry("anthropic-messages", ANTHROPIC),
            Map.entry("openai-embeddings", EMBEDDINGS), Map.entry("ollama-embed", new OllamaEmbed(false)),
            Map.entry("ollama-embeddings", new OllamaEmbed(true)), Map.entry("ollama-generate", GENERATE));
    private static final java.util.List<String> ONLY_OLLAMA = java.util.List.of("options", "keep_alive", "think",
            "format", "truncate");
    private static final java.util.List<String> ONLY_ANTHROPIC = java.util.List.of("system", "stop_sequences",
            "output_config", "output_format");
    private static final java.util.Set<String> BLOCKS = java.util.Set.of("tool_use", "tool_result",
            "redacted_thinking");
    /// Others have blocks of these names, too, but without a source.
    private static final java.util.Set<String> WITH_SOURCE = java.util.Set.of("image", "document");

    private Dialects() {}

    /// The dialect of an entrance such as `openai-chat`.
    public static Optional<ChatDialect> of(String entrance) {
        return Optional.ofNullable(BY_ENTRANCE.get(entrance));
    }

    /// All of them by entrance.
    public static Map<String, ChatDialect> all() {
        return BY_ENTRANCE;
    }

    /// Guesses the dialect of a body that came without saying: it asks for vectors when it says how these should be or brings
    /// several texts or tokens, it is a call of `/v1/responses` when it has an `input` in place of messages, it is Ollama's when
    /// it has a member that only Ollama has, and Anthropic's when it has a member, a tool or a block of content that only
    /// Anthropic has.
    ///
    /// @throws MalformedBodyException when it is no JSON object
    public static ChatDialect guess(byte[] body) throws MalformedBodyException {
        Json.Members members = Json.members("any", body);
        if (EmbedInput.isMeant(members)) {
            return EMBEDDINGS;
        }
        if (members.values().containsKey("input") && !members.values().containsKey("messages")) {
            return RESPONSES;
        }
        if (members.values().containsKey("prompt") && !members.values().containsKey("messages")) {
            return GENERATE;
        }
        if (ONLY_OLLAMA.stream().anyMatch(members.values()::containsKey)) {
            return OLLAMA;
        }
        return isAnthropic(members) ? ANTHROPIC : OPENAI;
    }

    private static boolean isAnthropic(Json.Members members) {
        if (ONLY_ANTHROPIC.stream().anyMatch(members.values()::containsKey)
                || members.get("tools").path(0).has("input_schema")) {
            return true;
        }
        for (JsonNode message : members.get("messages")) {
            for (JsonNode block : message.path("content")) {
                String type = block.path("type").asText();
                if (BLOCKS.contains(type) || (WITH_SOURCE.contains(type) && block.has("source"))) {
                    return true;
                }
            }
        }
        return false;
    }

    /// The dialect in which to tell an error when nothing else is known.
    public static ChatDialect usual() {
        return OPENAI;
    }
}
