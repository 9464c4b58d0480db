package dev.formulary.engine.dispatch;

import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.FailureClass;
import dev.formulary.engine.telemetry.AttemptTrace;
import dev.formulary.engine.telemetry.Operation;
import dev.formulary.spi.Usage;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Tells of one attempt: to whoever keeps count, and in its span.
///
/// @param vectors whether vectors are asked for
/// @param streamed whether the answer is asked for in pieces
record Witness(AttemptListener listener, Candidate candidate, AttemptTrace trace, boolean vectors, boolean streamed) {

    /// Of an attempt for an order; its span begins.
    static Witness of(AttemptListener listener, Order order, Candidate candidate) {
        boolean vectors = order.vectors() != null;
        boolean streamed = !vectors && order.request().stream();
        return new Witness(listener, candidate, order.trace().attempt(candidate, vectors, streamed), vectors, streamed);
    }

    void begun() {
        listener.begun(candidate);
    }

    void firstByte(long nanos) {
        listener.firstByte(candidate, nanos);
    }

    /// @param firstNanos to the first content; -1 when none came
    void ended(@Nullable FailureClass failure, Usage usage, long costMicros, long firstNanos, long nanos) {
        listener.ended(candidate, failure, nanos);
        listener.measured(new Operation(candidate.id(), vectors, streamed, failure, usage, firstNanos, nanos));
        trace.ended(failure, usage, costMicros, firstNanos);
    }

    void throttled(Duration wait) {
        listener.throttled(candidate, wait);
    }
}
