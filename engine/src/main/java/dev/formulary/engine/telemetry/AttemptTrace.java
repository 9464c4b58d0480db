package dev.formulary.engine.telemetry;

import dev.formulary.engine.facts.FailureClass;
import dev.formulary.spi.Usage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// The span of one attempt. Thread-safe; does not block and does not throw. It ends once, with [#ended].
public interface AttemptTrace {
    /// Of a call that is not traced.
    AttemptTrace NONE = new AttemptTrace() {
    };

    /// Tells the headers by which whoever is asked can go on with the trace (W3C Trace Context).
    default void propagate(BiConsumer<String, String> header) {}

    /// It is over.
    ///
    /// @param failure why it failed, or null when it answered
    /// @param costMicros in micro-dollars, -1 when a price is unknown
    /// @param firstNanos from its beginning to the first content, in nanoseconds; -1 when none came
    default void ended(@Nullable FailureClass failure, Usage usage, long costMicros, long firstNanos) {}
}
