package dev.formulary.engine.dialect;

/// A body that its dialect can't read.
public final class MalformedBodyException extends Exception {
    private final transient Refusal refusal;

    MalformedBodyException(Refusal refusal) {
        super(refusal.message(), null, false, false);
        this.refusal = refusal;
    }

    MalformedBodyException(String code, String message, String param) {
        this(Refusal.badRequest(code, message, param));
    }

    /// What to tell the client.
    public Refusal refusal() {
        return refusal;
    }
}
