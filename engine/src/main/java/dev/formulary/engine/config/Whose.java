package dev.formulary.engine.config;

/// Whose conversations are kept, by the way in.
public enum Whose {
    /// Nobody's.
    OFF,
    /// Those that come by MQTT.
    MQTT,
    /// Those that come in files.
    FILE,
    /// Both.
    MQTT_AND_FILE,
    /// Those that come by HTTP, too.
    ALL;

    /// Whether calls that came so are among them.
    ///
    /// @param via `http`, `mqtt` or `file`
    public boolean covers(String via) {
        return switch (this) {
            case OFF -> false;
            case MQTT -> via.equals("mqtt");
            case FILE -> via.equals("file");
            case MQTT_AND_FILE -> via.equals("mqtt") || via.equals("file");
            case ALL -> true;
        };
    }
}
