package dev.formulary.engine.facts;

import dev.formulary.spi.Capability;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.Usage;
import java.util.Set;

/// A model of a provider with what is known of it and how it does: its card and its vitals, at the time of a snapshot.
///
/// @param id `provider/model`
/// @param provider the provider's id
/// @param card what was known before it was asked
/// @param vitals how it does
public record Candidate(String id, String provider, ModelCard card, Vitals vitals) {

    /// How a model does. Unknown numbers are -1, never 0.
    ///
    /// @param breaker whether calls pass
    /// @param errorRate the share of failed calls of late, 0 to 1: of the last 50, but none from before its breaker last closed
    /// @param calls how many calls the error rate counts
    /// @param firstByteMs the 95th percentile of the time to the first byte, in milliseconds
    /// @param latencyMs the 95th percentile of the whole time, in milliseconds
    /// @param inFlight calls under way
    /// @param limitLeft how many calls the vendor, or a limit, still allows for now
    /// @param limitSeconds in how many seconds the vendor's limit is reset, rounded up
    /// @param expectedFirstByteMs the mean time to the first byte that is to be expected, in milliseconds
    /// @param expectedMs the mean of the whole time that is to be expected, in milliseconds
    /// @param doubt how far what is expected may lie from the truth: about the share by which it may be wrong (the standard
    /// deviation of its natural logarithm), 0 to 0.5
    public record Vitals(BreakerState breaker, double errorRate, int calls, int firstByteMs, int latencyMs,
            int inFlight, int limitLeft, int limitSeconds, int expectedFirstByteMs, int expectedMs, double doubt) {
        /// Never called.
        public static final Vitals UNKNOWN = new Vitals(BreakerState.CLOSED, -1, 0, -1, -1, 0, -1);

        /// Of whose limit nobody knows how long it holds, and of which nothing is expected.
        public Vitals(BreakerState breaker, double errorRate, int calls, int firstByteMs, int latencyMs, int inFlight,
                int limitLeft) {
            this(breaker, errorRate, calls, firstByteMs, latencyMs, inFlight, limitLeft, -1, -1, -1, -1);
        }
    }

    /// Makes the candidate for a provider's model.
    public static Candidate of(String provider, ModelCard card, Vitals vitals) {
        return new Candidate(provider + "/" + card.id(), provider, card, vitals);
    }

    /// The vendor's own name of the model.
    public String model() {
        return card.id();
    }

    /// Whether prompts stay on this machine or its own network.
    public boolean local() {
        return card.local();
    }

    /// Whether answers are known to cost nothing. An unknown price is not free.
    public boolean free() {
        return card.inputPrice() == 0 && card.outputPrice() == 0 && card.classPrices().steps().isEmpty();
    }

    /// Words that the card bears.
    public Set<String> labels() {
        return card.labels();
    }

    /// Whether the card bears a label.
    public boolean labelled(String label) {
        return card.labels().contains(label);
    }

    /// Whether the model can do something.
    public boolean can(Capability capability) {
        return card.capabilities().contains(capability);
    }

    /// 0 to 10, or -1 when nobody has measured.
    public double quality() {
        return card.quality();
    }

    /// 0 to 10, or -1 when nobody has measured.
    public double safety() {
        return card.safety();
    }

    /// Whether calls pass.
    public BreakerState breaker() {
        return vitals.breaker();
    }

    /// The share of failed calls of late, 0 to 1: of the last 50, but none from before its breaker last closed; -1 when unknown.
    public double errorRate() {
        return vitals.errorRate();
    }

    /// The 95th percentile of the time to the first byte in milliseconds; -1 when unknown.
    public int firstByteMs() {
        return vitals.firstByteMs();
    }

    /// How many calls the vendor, or a limit, still allows for now; -1 when unknown.
    public int limitLeft() {
        return vitals.limitLeft();
    }

    /// In how many seconds the vendor's limit is reset, rounded up; -1 when there is none or nobody knows.
    public int limitSeconds() {
        return vitals.limitSeconds();
    }

    /// Calls under way.
    public int inFlight() {
        return vitals.inFlight();
    }

    /// What an answer costs, in micro-dollars, rounded up.
    ///
    /// @return -1 when a price is unknown; more than can be counted is the most that can
    public long costMicros(long promptTokens, long answerTokens) {
        return card.costMicros(promptTokens, answerTokens);
    }

    /// What an answer cost, class by class of its tokens, in micro-dollars, rounded up; -1 when a price is unknown.
    public long costMicros(Usage usage) {
        return card.costMicros(usage);
    }
}
