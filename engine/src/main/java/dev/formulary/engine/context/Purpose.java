package dev.formulary.engine.context;

import dev.formulary.spi.Capability;

/// What a request wants of a model.
///
/// @param need what the model must be able to do at least
/// @param tokens what the request holds in the form of tokens, which nobody here can read
public record Purpose(Capability need, int tokens) {
    /// Words that answer words.
    public static final Purpose CHAT = new Purpose(Capability.CHAT, 0);
}
