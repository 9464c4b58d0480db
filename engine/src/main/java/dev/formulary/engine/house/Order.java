package dev.formulary.engine.house;

import org.jspecify.annotations.Nullable;

/// What a house may ask for.
public sealed interface Order {
    /// What a button sends.
    String PRESS = "PRESS";
    String ACKNOWLEDGE = "acknowledge";
    String PROBE = "probe";
    String RELOAD_RULES = "reload-rules";
    String AUTO = "auto";

    /// Somebody takes note of all open alerts.
    record Acknowledge() implements Order {}

    /// Providers are asked whether they answer.
    record Probe() implements Order {}

    /// The rules folder is read as it is now.
    record ReloadRules() implements Order {}

    /// The model `auto` is to mean something else.
    ///
    /// @param option as it came; it may be none of those offered
    record Choose(String option) implements Order {}

    /// The order that a message gives; null when it gives none.
    ///
    /// @param what the last level of its topic
    static @Nullable Order of(String what, String payload) {
        if (what.equals(AUTO)) {
            return new Choose(payload);
        }
        return switch (payload.equals(PRESS) ? what : "") {
            case ACKNOWLEDGE -> new Acknowledge();
            case PROBE -> new Probe();
            case RELOAD_RULES -> new ReloadRules();
            default -> null;
        };
    }
}
