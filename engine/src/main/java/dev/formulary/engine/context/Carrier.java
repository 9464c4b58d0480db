package dev.formulary.engine.context;

import java.util.Locale;

/// What brings the facts that a caller declares beside the body.
public enum Carrier {
    /// Headers of HTTP.
    HEADER,
    /// User properties of MQTT.
    PROPERTY,
    /// Members of a line of a file.
    FILE;

    /// @param via how the call came: `http`, `mqtt` or `file`
    public static Carrier of(String via) {
        return switch (via) {
            case "mqtt" -> PROPERTY;
            case "file" -> FILE;
            default -> HEADER;
        };
    }

    /// As a decision tells where a fact came from.
    String source() {
        return name().toLowerCase(Locale.ROOT);
    }
}
