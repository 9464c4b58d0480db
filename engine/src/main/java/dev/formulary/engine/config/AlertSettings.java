package dev.formulary.engine.config;

import java.time.Duration;
import java.util.List;

/// Where and when alerts are told, beyond the log and the management API.
///
/// @param channels their names differ
/// @param retry when a channel is tried again that did not take an event
/// @param life when something is told
public record AlertSettings(List<AlertChannel> channels, Retry retry, AlertLife life) {
    /// Nowhere.
    public static final AlertSettings USUAL = new AlertSettings(List.of(), new Retry(12, Duration.ofSeconds(5),
            Duration.ofHours(1)));

    /// The usual life of alerts.
    public AlertSettings(List<AlertChannel> channels, Retry retry) {
        this(channels, retry, AlertLife.USUAL);
    }

    /// @param attempts how often an event is tried, 1 or more; then it is a dead letter
    /// @param first how long the first wait is; each further one is twice as long
    /// @param most but no longer than that
    public record Retry(int attempts, Duration first, Duration most) {}
}
