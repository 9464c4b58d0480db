package dev.formulary.engine.facts;

/// The format in which a client speaks.
public enum Dialect {
    /// `POST /v1/chat/completions`.
    OPENAI_CHAT,
    /// `POST /v1/responses`.
    OPENAI_RESPONSES,
    /// `POST /api/chat`.
    OLLAMA_CHAT,
    /// `POST /v1/messages`.
    ANTHROPIC_MESSAGES,
    /// `POST /v1/embeddings`.
    OPENAI_EMBEDDINGS,
    /// `POST /api/embed`.
    OLLAMA_EMBED,
    /// `POST /api/embeddings`, which older clients of Ollama use.
    OLLAMA_EMBEDDINGS,
    /// `POST /api/generate`.
    OLLAMA_GENERATE;

    /// Whether it is one of Ollama's.
    public boolean ollama() {
        return this == OLLAMA_CHAT || this == OLLAMA_GENERATE || this == OLLAMA_EMBED || this == OLLAMA_EMBEDDINGS;
    }

    /// Whether vectors are asked for, and no words.
    public boolean vectors() {
        return this == OPENAI_EMBEDDINGS || this == OLLAMA_EMBED || this == OLLAMA_EMBEDDINGS;
    }
}
