package dev.formulary.engine.facts;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.Usage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What became of a call.
///
/// @param status how it ended
/// @param attempts what was tried, in order
/// @param usage tokens of the answer
/// @param costMicros what the answer cost, in micro-dollars; 0 from the cache, -1 when a price is unknown
/// @param totalMs from receipt to the last byte, in milliseconds
/// @param overheadMicros the gateway's own part of the time to the first byte, in microseconds
/// @param handedOver what the model was told when it took over a session; empty when it was told nothing
/// @param stream how a stream went; null when the caller asked for none, or got a kept one
public record Outcome(Status status, List<Tried> attempts, Usage usage, long costMicros, long totalMs,
        long overheadMicros, String handedOver, @Nullable Stream stream) {
    public Outcome {
        attempts = List.copyOf(attempts);
    }

    /// There was no stream.
    public Outcome(Status status, List<Tried> attempts, Usage usage, long costMicros, long totalMs,
            long overheadMicros, String handedOver) {
        this(status, attempts, usage, costMicros, totalMs, overheadMicros, handedOver, null);
    }

    /// Nothing was handed over.
    public Outcome(Status status, List<Tried> attempts, Usage usage, long costMicros, long totalMs,
            long overheadMicros) {
        this(status, attempts, usage, costMicros, totalMs, overheadMicros, "");
    }

    /// How a call ended.
    public enum Status {
        ANSWERED, CACHED, DENIED, FAILED, CUT, CLIENT_GONE
    }

    /// How a stream went.
    ///
    /// @param state where it ended; that of the last model where several gave a part
    /// @param continuedBy the models, `provider/model`, that went on after the one before had broken off; mostly none
    public record Stream(StreamState state, List<String> continuedBy) {
        /// No model began to answer.
        public static final Stream NONE = new Stream(StreamState.NOT_STARTED, List.of());

        public Stream {
            continuedBy = List.copyOf(continuedBy);
        }
    }

    /// One attempt.
    ///
    /// @param candidate `provider/model`
    /// @param failure why it failed, or null when it answered
    /// @param message what the provider said about it; empty when it answered
    /// @param ms how long it took, in milliseconds
    /// @param kind why it failed, more finely; null when it answered, or when nobody knows any more
    /// @param vainMicros what it cost beside the answer, in micro-dollars, where it was asked at the same time as the one that
    ///        answered; -1 when nobody knows, null for all other attempts
    public record Tried(String candidate, @Nullable FailureCategory failure, String message, long ms,
            @Nullable FailureClass kind, @Nullable Long vainMicros) {

        /// An attempt that was made by itself.
        public Tried(String candidate, @Nullable FailureCategory failure, String message, long ms,
                @Nullable FailureClass kind) {
            this(candidate, failure, message, ms, kind, null);
        }

        /// An attempt of which no more is known than the category.
        public Tried(String candidate, @Nullable FailureCategory failure, String message, long ms) {
            this(candidate, failure, message, ms, failure == null ? null : FailureClass.of(failure));
        }

        /// The same, made for nothing at that cost.
        public Tried inVain(long micros) {
            return new Tried(candidate, failure, message, ms, kind, micros);
        }
    }
}
