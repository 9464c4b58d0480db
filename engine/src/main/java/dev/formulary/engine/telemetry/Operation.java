package dev.formulary.engine.telemetry;

import dev.formulary.engine.facts.FailureClass;
import dev.formulary.spi.Usage;
import org.jspecify.annotations.Nullable;

/// One attempt that is over, as OpenTelemetry's conventions for generative AI measure it.
///
/// @param candidate `provider/model`
/// @param vectors whether vectors were asked for, and no words
/// @param streamed whether the answer came in pieces
/// @param failure why it failed, or null when it answered
/// @param usage tokens that the vendor counted
/// @param firstNanos from when it began to the first content, in nanoseconds; -1 when none came
/// @param nanos how long all of it took, in nanoseconds
public record Operation(String candidate, boolean vectors, boolean streamed, @Nullable FailureClass failure,
        Usage usage, long firstNanos, long nanos) {
    private static final double NANOS = 1e9;

    /// What the conventions call it.
    String name() {
        return named(vectors);
    }

    /// What the conventions call what asks for vectors, or for words.
    static String named(boolean vectors) {
        return vectors ? "embeddings" : "chat";
    }

    /// Seconds for each token after the first, of an answer that came in pieces and has more than one; -1 for all others.
    double secondsPerToken() {
        boolean known = failure == null && streamed && firstNanos >= 0 && usage.completionTokens() > 1;
        return known ? (nanos - firstNanos) / NANOS / (usage.completionTokens() - 1) : -1;
    }
}
