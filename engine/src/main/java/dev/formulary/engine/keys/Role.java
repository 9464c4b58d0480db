package dev.formulary.engine.keys;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/// What an admin key may do. Each includes those before it.
public enum Role {
    /// Looks at everything but keys and the audit log, and changes nothing.
    READ,
    /// Works with what runs: breakers, models, caches, sessions, rules.
    OPERATE,
    /// Everything: also keys, the audit log and the configuration.
    ADMIN;

    /// Whether whoever has this role may do what needs that one.
    public boolean covers(Role needed) {
        return compareTo(needed) >= 0;
    }

    /// As it is written: `read`, `operate`, `admin`.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The role of a word.
    ///
    /// @throws IllegalArgumentException when there is none; the message is for the user
    public static Role of(String word) {
        return Arrays.stream(values()).filter(each -> each.word().equals(word)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'role' must be one of "
                        + Arrays.stream(values()).map(Role::word).collect(Collectors.joining(", ")) + ", not '"
                        + Texts.shown(word) + "'"));
    }
}
