package dev.formulary.engine.keys;

/// A key can't be made, changed or taken away as asked. Nothing was changed.
public final class KeyRefusedException extends Exception {
    private static final long serialVersionUID = 1;

    private final String code;

    /// @param code in words with underscores, for programs
    /// @param message for people
    public KeyRefusedException(String code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    /// For programs: `key_exists`, `key_not_found`, `too_many_keys`.
    public String code() {
        return code;
    }
}
