package dev.formulary.engine.notify;

import dev.formulary.engine.config.AlertChannel;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// Keeps an alert open for each channel that does not take what it is told, until it takes something. Thread-safe.
final class FailingChannels {
    /// More often than alerts that nobody raises are resolved.
    private static final Duration AGAIN = Duration.ofMinutes(1);

    private final Consumer<Notice> alerts;
    private final Map<String, String> reasons = new ConcurrentHashMap<>();
    private volatile Instant raised = Instant.MIN;

    FailingChannels(Consumer<Notice> alerts) {
        this.alerts = alerts;
    }

    void failed(String channel, String why) {
        reasons.put(channel, why);
        raised = Instant.MIN;
    }

    void works(String channel) {
        reasons.remove(channel);
    }

    void tick(Instant now) {
        if (!reasons.isEmpty() && !raised.isAfter(now.minus(AGAIN))) {
            raised = now;
            reasons.forEach((channel, why) -> alerts
                    .accept(new Notice("engine", Severity.WARNING, AlertChannel.failing(channel),
                            "the channel '" + channel + "' does not take events of alerts: " + why)));
        }
    }
}
