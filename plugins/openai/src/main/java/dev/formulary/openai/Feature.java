package dev.formulary.openai;

import java.util.Locale;

/// What one dialect can say and another can't. A feature goes by its name in lower case in the table of dialects.
enum Feature {
    SEED, TOP_K, MIN_P, FREQUENCY_PENALTY, PRESENCE_PENALTY,
    /// The probabilities of tokens.
    LOGPROBS, PARALLEL_TOOL_CALLS,
    /// The caller's name for the person.
    USER,
    /// Tools whose arguments must follow the schema.
    STRICT,
    /// Some JSON, without a schema.
    JSON_OBJECT, JSON_SCHEMA,
    /// Some tool must be called.
    TOOL_CHOICE_REQUIRED,
    /// One tool must be called.
    TOOL_CHOICE_NAMED,
    /// Pictures by their bytes.
    IMAGE,
    /// Pictures by their address.
    IMAGE_URL,
    /// `input_audio`.
    AUDIO,
    /// Files by their bytes.
    FILE,
    /// Files by their address.
    FILE_URL,
    /// The role `developer`; where it is unknown, it is called `system`.
    DEVELOPER,
    /// `name` in a message.
    MESSAGE_NAME,
    /// `extra_content.google.thought_signature`.
    EXTRA_CONTENT;

    /// What the table and callers call it.
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
