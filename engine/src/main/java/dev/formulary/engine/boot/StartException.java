package dev.formulary.engine.boot;

/// The gateway cannot start. The message is for the user: what is wrong and what would be right.
public final class StartException extends Exception {
    public StartException(String message) {
        super(message);
    }

    public StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
