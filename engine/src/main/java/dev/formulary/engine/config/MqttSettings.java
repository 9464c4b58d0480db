package dev.formulary.engine.config;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The broker, and how the gateway speaks to it.
///
/// @param url `mqtt://host:port`, or `mqtts://` for TLS
/// @param receiveMaximum how many messages the broker may send before one is acknowledged
/// @param ca a file of certificates in PEM format, one of which must have signed the broker's; null for those that the
///        JDK trusts
/// @param version of the protocol: `5` or `3.1.1`
/// @param keepAnswers how long answers are kept on the disk; zero for not at all
/// @param stateEvery how often numbers that change are told; what is news is told at once
/// @param homeAssistant how Home Assistant finds the gateway
/// @param embedded the broker within the gateway, to which the URL leads; null for one elsewhere
public record MqttSettings(String url, @Nullable String user, @Nullable Secret password, int receiveMaximum,
        @Nullable Path ca, String version, Duration keepAnswers, Duration stateEvery, HomeAssistant homeAssistant,
        @Nullable EmbeddedBroker embedded) {
    /// How often numbers are told unless said otherwise.
    public static final Duration STATE_EVERY = Duration.ofSeconds(5);

    /// A broker through which Home Assistant does not find the gateway.
    public MqttSettings(String url, @Nullable String user, @Nullable Secret password, int receiveMaximum,
            @Nullable Path ca, String version, Duration keepAnswers) {
        this(url, user, password, receiveMaximum, ca, version, keepAnswers, STATE_EVERY, HomeAssistant.USUAL, null);
    }

    /// Whether to speak MQTT 3.1.1 and not MQTT 5.
    public boolean former() {
        return version.equals("3.1.1");
    }
}
