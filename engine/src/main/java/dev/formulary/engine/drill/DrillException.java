package dev.formulary.engine.drill;

/// A drill can't be done now. The message says why.
public final class DrillException extends Exception {
    private static final long serialVersionUID = 1;

    private final String code;

    DrillException(String code, String reason) {
        super(reason);
        this.code = code;
    }

    /// In words with underscores, for programs.
    public String code() {
        return code;
    }
}
