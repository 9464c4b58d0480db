package dev.formulary.engine.context;

/// A declared fact that is not in the vocabulary. The message names the fact, the value and the right ones.
public final class InvalidFactException extends Exception {
    private final String fact;

    InvalidFactException(String fact, String message) {
        super(message, null, false, false);
        this.fact = fact;
    }

    /// The fact's name as the caller wrote it.
    public String fact() {
        return fact;
    }
}
