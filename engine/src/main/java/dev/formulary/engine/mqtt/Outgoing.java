package dev.formulary.engine.mqtt;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A message for the broker. What MQTT 3.1.1 does not know is left out by that version.
///
/// @param retained whether whoever subscribes later gets it, too
/// @param contentType media type, or empty
/// @param correlation what the question had, or null
/// @param properties user properties
public record Outgoing(String topic, byte[] payload, boolean retained, String contentType,
        byte @Nullable [] correlation, Map<String, String> properties) {

    /// A message that says all by itself.
    public static Outgoing plain(String topic, byte[] payload, boolean retained) {
        return new Outgoing(topic, payload, retained, "", null, Map.of());
    }
}
