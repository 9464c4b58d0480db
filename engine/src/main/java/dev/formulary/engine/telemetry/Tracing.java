package dev.formulary.engine.telemetry;

import dev.formulary.engine.facts.Arrival;
import dev.formulary.engine.facts.Dialect;

/// Says of each call whether it is traced. Thread-safe; does not block.
@FunctionalInterface
public interface Tracing extends AutoCloseable {
    /// No call is.
    Tracing OFF = (_, _) -> CallTrace.NONE;

    /// No call is traced, but what its thread logs bears the id of its decision.
    Tracing LOGGED = (_, _) -> new LoggedCall();

    /// A call has come.
    CallTrace begin(Dialect dialect, Arrival arrival);

    /// Delivers what waits, for two seconds at most.
    @Override
    default void close() {
        // nothing waits
    }
}
