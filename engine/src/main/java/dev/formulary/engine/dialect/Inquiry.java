package dev.formulary.engine.dialect;

import dev.formulary.spi.ChatRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a client's body says.
///
/// @param request the question; its model is the name that the client gave. Where vectors are asked for, one message with the
///     texts as its parts
/// @param metadata the body's `metadata`, which may hold facts of the context
/// @param loadOnly whether the client only wants the model to be made ready (an Ollama call without messages)
/// @param settings what a call of `/v1/responses` says beside the question; null for all others
/// @param vectors what is to be turned into vectors; null where words are asked for
public record Inquiry(ChatRequest request, Map<String, String> metadata, boolean loadOnly,
        @Nullable ResponseSettings settings, @Nullable VectorQuestion vectors) {
    public Inquiry {
        metadata = Map.copyOf(metadata);
    }

    /// Asks for words, and says nothing beside the question.
    public Inquiry(ChatRequest request, Map<String, String> metadata, boolean loadOnly) {
        this(request, metadata, loadOnly, null, null);
    }

    /// The same with another question of the same kind.
    public Inquiry asking(ChatRequest other) {
        return new Inquiry(other, metadata, loadOnly, settings, vectors);
    }

    /// The same with other settings.
    public Inquiry with(ResponseSettings others) {
        return new Inquiry(request, metadata, loadOnly, others, vectors);
    }
}
