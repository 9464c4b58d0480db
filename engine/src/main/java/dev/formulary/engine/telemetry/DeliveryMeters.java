package dev.formulary.engine.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collection;
import java.util.function.ToIntFunction;

/// Counts what alert channels are told. Thread-safe. Channels are those of the configuration, so labels are bounded.
public final class DeliveryMeters {
    private final MeterRegistry registry;
    private final Counter lost;

    DeliveryMeters(MeterRegistry registry) {
        this.registry = registry;
        lost = Counter.builder(Names.ALERT_LOST).description("Events of alerts for which there was no room")
                .register(registry);
    }

    /// Shows how many events wait for each channel.
    public void waiting(Collection<String> channels, ToIntFunction<String> count) {
        channels.forEach(channel -> Gauge.builder(Names.ALERT_WAITING, () -> count.applyAsInt(channel))
                .description("Events of alerts that a channel has not taken yet").tag(Names.CHANNEL, channel)
                .strongReference(true).register(registry));
    }

    /// A channel has taken an event.
    public void delivered(String channel) {
        tried(channel, "delivered");
    }

    /// A channel has not taken an event, and is tried again.
    public void retried(String channel) {
        tried(channel, "retried");
    }

    /// A channel has not taken an event, and is not tried any more.
    public void dead(String channel) {
        tried(channel, "dead");
    }

    private void tried(String channel, String result) {
        Counter.builder(Names.ALERT_DELIVERIES).description("Tries to tell a channel of an alert, by what came of it")
                .tags(Names.CHANNEL, channel, Names.RESULT, result).register(registry).increment();
    }

    /// An event is lost, as too many waited.
    public void lost() {
        lost.increment();
    }
}
