package dev.formulary.engine.decision;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// The kind of a policy: the folder in which its file lies.
enum Kind {
    CONTEXT, COST, LOAD, ALERT;

    /// Whether a decision without such a rule would be unsafe.
    boolean safety() {
        return this == CONTEXT;
    }

    String folder() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The kind of a file by its path relative to the rules folder, with slashes.
    static Optional<Kind> of(String file) {
        return Arrays.stream(values()).filter(kind -> file.startsWith(kind.folder() + "/")).findFirst();
    }
}
