package dev.formulary.spi;

/// What a model can do, beyond answering text with text.
public enum Capability {
    /// Answers conversations.
    CHAT,
    /// Turns text into vectors.
    EMBED,
    /// Looks at pictures.
    VISION,
    /// Listens to sound.
    AUDIO,
    /// Calls tools.
    TOOLS,
    /// Answers in JSON, to a schema where one is given.
    JSON,
    /// Thinks before it answers.
    THINKING
}
