package dev.formulary.engine.provider;

import org.jspecify.annotations.Nullable;

/// A file in the plug-in folder is not served. The message says why and what would be right.
final class Refusal extends Exception {
    Refusal(String reason) {
        this(reason, null);
    }

    Refusal(String reason, @Nullable Throwable cause) {
        super(reason, cause);
    }

    /// The message, which every refusal has.
    String reason() {
        return String.valueOf(getMessage());
    }
}
