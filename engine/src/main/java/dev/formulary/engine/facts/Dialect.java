package dev.formulary.engine.facts;

/// The format in which a client speaks.
public enum Dialect {
    /// `POST /v1/chat/completions`.
    OPENAI_CHAT,
    /// `POST /api/chat`.
    OLLAMA_CHAT
}
