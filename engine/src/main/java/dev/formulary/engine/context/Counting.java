package dev.formulary.engine.context;

import dev.formulary.engine.config.Settings;

/// How it is found out how many tokens a text has. Thread-safe.
public sealed interface Counting permits EstimatedTokens, CountedTokens {
    /// As the configuration says. Only who counts needs the tokenizer's library.
    static Counting by(Settings.Tokens how) {
        return switch (how) {
            case ESTIMATE -> EstimatedTokens.ALL;
            case COUNT -> CountedTokens.ALL;
        };
    }

    /// At least 0.
    long in(String text);

    /// After how many characters of one prompt further texts are not looked at any more, but taken to be like those before.
    long most();

    /// What a message with that text takes.
    default long ofMessage(String text) {
        return Tokens.A_MESSAGE + in(text);
    }
}
