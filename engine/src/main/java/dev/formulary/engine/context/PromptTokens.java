package dev.formulary.engine.context;

import java.util.function.LongSupplier;

/// Adds up the tokens of a prompt. Texts are counted until [Counting#most] characters are; those that follow are taken to have
/// as many tokens a character as those before, so that nobody can ask for more work than that by many texts. Not thread-safe.
final class PromptTokens {
    private final Counting counting;
    private long read;
    private long counted;
    private long all;

    PromptTokens(Counting counting) {
        this.counting = counting;
    }

    void add(KnownText text) {
        add(text.text(), text::tokens);
    }

    void add(String text) {
        add(text, () -> counting.in(text));
    }

    /// What is no text.
    void add(int tokens) {
        all += tokens;
    }

    private void add(String text, LongSupplier tokens) {
        if (read >= counting.most()) {
            all += Math.ceilDiv(text.length() * counted, read);
            return;
        }
        long found = tokens.getAsLong();
        read += text.length();
        counted += found;
        all += found;
    }

    /// At least 1.
    int sum() {
        return Math.clamp(all, 1, Integer.MAX_VALUE);
    }
}
