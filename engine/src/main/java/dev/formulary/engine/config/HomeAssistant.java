package dev.formulary.engine.config;

import java.util.regex.Pattern;

/// How Home Assistant finds the gateway.
///
/// @param enabled whether it is told of the gateway as a device
/// @param prefix its own `discovery_prefix`
/// @param name of the device
/// @param commands whether it gets buttons and a select, and the gateway heeds them
public record HomeAssistant(boolean enabled, String prefix, String name, boolean commands) {
    /// What holds where nothing is configured.
    public static final HomeAssistant USUAL = new HomeAssistant(false, "homeassistant", "Formulary", true);

    private static final Pattern PREFIX = Pattern.compile("[^\\s/+#]{1,64}(/[^\\s/+#]{1,64}){0,3}");
    private static final Pattern NAME = Pattern.compile("\\S(.{0,58}\\S)?");

    static HomeAssistant read(Section s) {
        return new HomeAssistant(s.flag("enabled", USUAL.enabled),
                s.text("prefix", USUAL.prefix, PREFIX, "a topic without wildcards, for example homeassistant"),
                s.text("name", USUAL.name, NAME, "a name of up to 60 characters"),
                s.flag("commands", USUAL.commands));
    }
}
