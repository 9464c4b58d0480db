package dev.formulary.engine.dialect;

import dev.formulary.spi.ChatRequest;
import java.util.Map;

/// What a client's body says.
///
/// @param request the question; its model is the name that the client gave
/// @param metadata the body's `metadata`, which may hold facts of the context
/// @param loadOnly whether the client only wants the model to be made ready (an Ollama call without messages)
public record Inquiry(ChatRequest request, Map<String, String> metadata, boolean loadOnly) {
    public Inquiry {
        metadata = Map.copyOf(metadata);
    }
}
