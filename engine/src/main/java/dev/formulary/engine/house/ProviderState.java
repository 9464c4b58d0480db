package dev.formulary.engine.house;

import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.LearnedLimit;
import dev.formulary.engine.facts.Occupancy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a provider does.
///
/// @param id its name in the configuration
/// @param models what it offers; none when it does not answer, or is not loaded
/// @param lane the line in which its calls wait, which others may share
/// @param firstByte how soon its answers begin
/// @param limits what the vendor said of its own limits
/// @param probe how its latest probe went; null when it was not probed yet
public record ProviderState(String id, List<Candidate> models, Occupancy lane, FirstByte firstByte,
        List<LearnedLimit> limits, @Nullable Probed probe) {
    private static final Duration LATELY = Duration.ofMinutes(5);

    public ProviderState {
        models = List.copyOf(models);
        limits = List.copyOf(limits);
    }

    /// Times to the first byte of late, in milliseconds; -1 when unknown.
    ///
    /// @param p50 the median
    /// @param p95 the 95th percentile
    public record FirstByte(int p50, int p95) {
        /// Nobody knows.
        public static final FirstByte UNKNOWN = new FirstByte(-1, -1);
    }

    /// @param result `answered`, or why it did not
    public record Probed(Instant at, String result) {
        /// It did.
        public static final String ANSWERED = "answered";
    }

    /// In one word.
    ///
    /// @param now what it answered to a probe counts for five minutes
    public Health health(Instant now) {
        return Health.of(models, probe != null && probe.result().equals(Probed.ANSWERED)
                && probe.at().plus(LATELY).isAfter(now));
    }

    int inFlight() {
        return models.stream().mapToInt(Candidate::inFlight).sum();
    }
}
