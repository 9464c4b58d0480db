package dev.formulary.engine.facts;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// What is measured over time. Shares go from 0 to 1.
public enum Metric {
    /// Share of the processors in use.
    HOST_CPU("share", GoodDirection.LOWER),
    /// Share of the memory in use.
    HOST_MEMORY("share", GoodDirection.LOWER),
    /// Share of the data folder's disk in use.
    HOST_DISK("share", GoodDirection.LOWER),
    /// Share of the swap space in use.
    HOST_SWAP("share", GoodDirection.LOWER),
    /// The processor's temperature.
    HOST_TEMPERATURE("°C", GoodDirection.LOWER),
    /// How fast a fan turns; the resource is the fan's number.
    HOST_FAN("rpm", GoodDirection.NEITHER),
    /// What comes in by the network.
    HOST_NETWORK_IN("bytes/s", GoodDirection.NEITHER),
    /// What goes out by the network.
    HOST_NETWORK_OUT("bytes/s", GoodDirection.NEITHER),
    /// What is read from disks.
    HOST_DISK_READ("bytes/s", GoodDirection.NEITHER),
    /// What is written to disks.
    HOST_DISK_WRITE("bytes/s", GoodDirection.NEITHER),
    /// Share of its time that a graphics card is in use; the resource is the card.
    GPU_BUSY("share", GoodDirection.LOWER),
    /// Share of its memory in use of a graphics card; the resource is the card.
    GPU_MEMORY("share", GoodDirection.LOWER),
    /// A graphics card's temperature; the resource is the card.
    GPU_TEMPERATURE("°C", GoodDirection.LOWER),
    /// Processors that the gateway itself uses.
    GATEWAY_CPU("cores", GoodDirection.LOWER),
    /// Memory that the gateway itself has.
    GATEWAY_MEMORY("bytes", GoodDirection.LOWER),
    /// Share of the gateway's heap in use after the last collection.
    GATEWAY_HEAP("share", GoodDirection.LOWER),
    /// Share of one processor that all this measuring takes.
    GATEWAY_SAMPLING("share", GoodDirection.LOWER),
    /// Share of a model's calls that failed of late; the resource is the model.
    MODEL_ERROR_RATE("share", GoodDirection.LOWER),
    /// The 95th percentile of a model's time to the first byte; the resource is the model.
    MODEL_FIRST_BYTE("ms", GoodDirection.LOWER),
    /// The 95th percentile of a model's time to the end of the answer; the resource is the model.
    MODEL_LATENCY("ms", GoodDirection.LOWER),
    /// How often calls began to be kept away from a model by its circuit breaker in the last 15 minutes; the resource is the model.
    MODEL_CLOSED_OFF("times", GoodDirection.LOWER),
    /// Tokens a second that a model writes, from the question to the end of its answer, over the answers of the last ten minutes;
    /// the resource is the model.
    MODEL_SPEED("tokens/s", GoodDirection.HIGHER),
    /// How much of a loaded model lies in the memory of graphics cards, as its server tells; the resource is the model.
    MODEL_GPU_SHARE("share", GoodDirection.HIGHER),
    /// Memory of graphics cards that a loaded model takes, as its server tells; the resource is the model.
    MODEL_GPU_MEMORY("bytes", GoodDirection.NEITHER),
    /// 1 while a provider can be called, 0 while all its models are closed off, and while one that is configured has never said which
    /// it has; the resource is the provider.
    PROVIDER_UP("0 or 1", GoodDirection.HIGHER),
    /// Calls a minute of a provider; the resource is the provider.
    PROVIDER_CALLS("calls/min", GoodDirection.NEITHER),
    /// Calls that wait in a line; the resource is the line.
    QUEUE_WAITING("calls", GoodDirection.LOWER),
    /// How long the call waits that has waited longest in a line; the resource is the line.
    QUEUE_OLDEST("s", GoodDirection.LOWER),
    /// Calls under way.
    CALLS_IN_FLIGHT("calls", GoodDirection.NEITHER),
    /// Money spent an hour, all providers together, over the last ten minutes.
    COST_RATE("$/h", GoodDirection.LOWER),
    /// Share of a budget that is spent or held; the resource is the budget.
    BUDGET_USED("share", GoodDirection.LOWER),
    /// Calls an hour in which the crisis screen or the caller found a high or critical level.
    SAFETY_CRISES("calls/h", GoodDirection.LOWER),
    /// Calls an hour that a safety rule refused, or that were refused because one could not be heard.
    SAFETY_REFUSALS("calls/h", GoodDirection.LOWER);

    private final String unit;
    private final GoodDirection good;

    Metric(String unit, GoodDirection good) {
        this.unit = unit;
        this.good = good;
    }

    /// In what it is measured.
    public String unit() {
        return unit;
    }

    /// Which way is better.
    public GoodDirection good() {
        return good;
    }

    /// As it is called outside: `host_cpu`.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The metric that is called so; empty when there is none.
    public static Optional<Metric> of(String word) {
        return Stream.of(values()).filter(each -> each.word().equals(word)).findFirst();
    }
}
