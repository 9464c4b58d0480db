package dev.formulary.engine.mqtt;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A message from the broker. What MQTT 3.1.1 does not know is missing by that version.
///
/// @param topic where it came in
/// @param payload nobody changes it
/// @param retained whether it was said before, and not just now
/// @param atMostOnce whether the broker never sends it again (QoS 0)
/// @param responseTopic where its sender waits for an answer, or null
/// @param correlation what goes back with the answer, or null
/// @param properties user properties in their order; names may come several times
/// @param receipt acknowledges it; idempotent
public record Incoming(String topic, byte[] payload, boolean retained, boolean atMostOnce,
        @Nullable String responseTopic, byte @Nullable [] correlation, List<Map.Entry<String, String>> properties,
        Runnable receipt) {

    /// Tells the broker that it need not send it again.
    public void acknowledge() {
        receipt.run();
    }
}
